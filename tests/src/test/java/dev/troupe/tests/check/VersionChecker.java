package dev.troupe.tests.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says whether the resourceVersions of one resource never repeat and never go back: each acknowledged write has a
 * version of its own, above those of all writes acknowledged before it was asked for; a list has at least the version
 * of every write and list that ended before it was asked for, and none of its items is newer than itself.
 */
public final class VersionChecker {
    private VersionChecker() {}

    private record Answered(long version, boolean write, long invoked, long ended, Object source) {}

    /** @param operations on objects of one resource, of any clients, in any order */
    public static Verdict check(List<Operation> operations, List<ListRead> lists) {
        List<String> faults = new ArrayList<>();
        List<Answered> answers = new ArrayList<>();
        Map<Long, Operation> writers = new HashMap<>();
        for (Operation operation : operations) {
            long version = operation.writtenVersion();
            if (version == 0) {
                continue;
            }
            answers.add(new Answered(version, true, operation.invoked(), operation.ended(), operation));
            Operation other = writers.put(version, operation);
            if (other != null) {
                faults.add("version " + version + " was given twice: " + other + " and " + operation);
            }
        }
        for (ListRead list : lists) {
            answers.add(new Answered(list.version(), false, list.invoked(), list.ended(), list));
            if (list.newest() > list.version()) {
                faults.add("a list has an item newer than itself: " + list);
            }
        }
        faults.addAll(goingBack(answers));
        return Verdict.of(faults);
    }

    private static List<String> goingBack(List<Answered> answers) {
        List<String> faults = new ArrayList<>();
        List<Answered> byBegin = new ArrayList<>(answers);
        byBegin.sort(Comparator.comparingLong(Answered::invoked));
        List<Answered> byEnd = new ArrayList<>(answers);
        byEnd.sort(Comparator.comparingLong(Answered::ended));
        int ended = 0;
        Answered newest = new Answered(0, false, 0, 0, "nothing");
        for (Answered answer : byBegin) {
            while (byEnd.get(ended).ended() < answer.invoked()) {
                if (byEnd.get(ended).version() > newest.version()) {
                    newest = byEnd.get(ended);
                }
                ended++;
            }
            boolean back = answer.write() ? answer.version() <= newest.version() : answer.version() < newest.version();
            if (back) {
                faults.add("versions went back: " + answer.source() + " came after " + newest.source());
            }
        }
        return faults;
    }
}

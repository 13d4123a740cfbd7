package dev.troupe.tests.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.tests.check.Action;
import dev.troupe.tests.check.Answer;
import dev.troupe.tests.check.ListRead;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Asks a server for actions and writes down how each ended. One thread. */
final class RecordingClient {
    private final int number;
    private final ApiConnection api;
    private final Recording recording;

    RecordingClient(int number, ApiConnection api, Recording recording) {
        this.number = number;
        this.api = api;
        this.recording = recording;
    }

    /** A request that is on its way. */
    private interface Request {
        ApiConnection.Reply send() throws IOException;
    }

    /**
     * Does it.
     *
     * @param before the object as last read, which an update sends back changed; ignored by other actions
     * @return the object in the answer; an empty one without
     */
    ObjectNode act(Shape shape, String name, Action action, ObjectNode before) {
        String path = shape.path(name);
        Request request = switch (action) {
            case Action.Get get -> () -> api.get(number, path);
            case Action.Create create -> () -> json("POST", shape.collection(), shape.fresh(name, create.content()));
            case Action.Update update -> () -> json("PUT", path, updated(shape, before, update));
            case Action.Patch patch ->
                () -> api.send(
                        number,
                        "PATCH",
                        path,
                        "application/merge-patch+json",
                        Json.bytes(shape.patch(patch.patched())));
            case Action.Delete delete -> () -> json("DELETE", path, options(delete));
        };
        long invoked = System.nanoTime();
        try {
            ApiConnection.Reply reply = request.send();
            answered(shape, name, action, reply, invoked);
            return reply.status() < 300 ? reply.body() : Json.object();
        } catch (IOException e) {
            recording.unknown(number, shape, name, action, invoked);
            return Json.object();
        }
    }

    private ApiConnection.Reply json(String method, String path, ObjectNode body) throws IOException {
        return api.send(number, method, path, "application/json", Json.bytes(body));
    }

    private static ObjectNode updated(Shape shape, ObjectNode before, Action.Update update) {
        ObjectNode object = before.deepCopy();
        object.withObject("/metadata").put("resourceVersion", Long.toString(update.expectedVersion()));
        shape.write(object, update.content());
        return object;
    }

    private static ObjectNode options(Action.Delete delete) {
        ObjectNode options = Json.object();
        options.put("apiVersion", "v1").put("kind", "DeleteOptions").put("gracePeriodSeconds", 0);
        if (delete.expectedVersion() != 0) {
            options.putObject("preconditions").put("resourceVersion", Long.toString(delete.expectedVersion()));
        }
        return options;
    }

    private void answered(Shape shape, String name, Action action, ApiConnection.Reply reply, long invoked) {
        switch (reply.status()) {
            case 200, 201 ->
                recording.ended(
                        number,
                        shape,
                        name,
                        action,
                        action instanceof Action.Delete
                                ? new Answer.Deleted()
                                : new Answer.Present(Shape.version(reply.body()), shape.content(reply.body())),
                        invoked);
            case 404 -> recording.ended(number, shape, name, action, new Answer.NotFound(), invoked);
            case 409 ->
                recording.ended(
                        number,
                        shape,
                        name,
                        action,
                        reply.reason().equals("AlreadyExists") ? new Answer.AlreadyExists() : new Answer.Conflict(),
                        invoked);
            // Refused before anything was done.
            case 429 -> {}
            case 500, 503, 504 -> recording.unknown(number, shape, name, action, invoked);
            default -> recording.unexpected(action + " of " + shape + " " + name + " was answered " + reply);
        }
    }

    /** Lists, which reads every one of the named objects. */
    void list(Shape shape, Iterable<String> names) {
        long invoked = System.nanoTime();
        ApiConnection.Reply reply;
        try {
            reply = api.get(number, shape.collection());
        } catch (IOException e) {
            // A read without an answer says nothing.
            return;
        }
        if (reply.status() == 429 || reply.status() == 503) {
            return;
        }
        if (reply.status() != 200) {
            recording.unexpected("LIST of " + shape + " was answered " + reply);
            return;
        }
        Map<String, JsonNode> items = new HashMap<>();
        long newest = 0;
        for (JsonNode item : reply.body().path("items")) {
            items.put(Json.text(item, "metadata", "name"), item);
            newest = Math.max(newest, Shape.version(item));
        }
        recording.list(
                shape,
                new ListRead(
                        number,
                        shape.resource().toString(),
                        Shape.version(reply.body()),
                        newest,
                        invoked,
                        System.nanoTime()));
        for (String name : names) {
            JsonNode item = items.get(name);
            Answer answer =
                    item == null ? new Answer.NotFound() : new Answer.Present(Shape.version(item), shape.content(item));
            recording.ended(number, shape, name, new Action.Get(), answer, invoked);
        }
    }
}

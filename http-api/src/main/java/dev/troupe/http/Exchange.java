package dev.troupe.http;

import dev.troupe.http.request.Query;
import dev.troupe.http.request.RequestInfo;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.UserInfo;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * One request on its way through the handler chain, with what the chain has found so far.
 *
 * @param user anonymous until authentication has run
 */
public record Exchange(HttpRequest request, RequestInfo info, Query query, String auditId, UserInfo user) {

    /** Reads a request's path and query. */
    static Exchange of(HttpRequest request, String auditId) {
        RequestTarget target = RequestTarget.of(request);
        Query query = Query.parse(target.rawQuery());
        RequestInfo info = RequestInfo.of(request.method().value(), target.segments(), query.flag("watch"));
        return new Exchange(request, info, query, auditId, UserInfo.anonymous());
    }

    Exchange as(UserInfo identified) {
        return new Exchange(request, info, query, auditId, identified);
    }

    public Caller caller() {
        return new Caller(user, auditId, Optional.empty());
    }

    public String method() {
        return request.method().value();
    }

    /** All values of a header, joined by commas; empty if there is none. */
    public String header(String name) {
        StringBuilder joined = new StringBuilder();
        String wanted = name.toLowerCase(Locale.ROOT);
        for (HttpHeader header : request.getHeaders()) {
            if (header.lowercaseName().equals(wanted)) {
                joined.append(joined.isEmpty() ? "" : ",").append(header.value());
            }
        }
        return joined.toString();
    }

    /** The entity's Content-Type; empty where the client sent none. */
    public String contentType() {
        // What Pekko says of an entity without a type; nobody sends it on purpose.
        String type = request.entity().getContentType().toString();
        return type.equals("none/none") || type.equals("application/octet-stream") ? "" : type;
    }

    /** Whether the answer is for a person: asked for by {@code pretty}, or a tool that people read. */
    public boolean pretty() {
        if (query.has("pretty")) {
            return Arrays.asList("1", "t", "T", "true", "TRUE", "True").contains(query.first("pretty"));
        }
        String agent = header("user-agent");
        return agent.startsWith("curl") || agent.startsWith("Wget") || agent.startsWith("Mozilla/5.0");
    }
}

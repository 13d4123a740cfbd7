package dev.troupe.node.endpoint;

/** Why a request is not served: the HTTP code and one line for the API server, which passes it on to its client. */
final class EndpointFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    EndpointFailure(int code, String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}

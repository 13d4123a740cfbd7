package dev.troupe.node.worker;

/** A container cannot be made as its pod has it, as with a missing ConfigMap; trying again may help. */
final class ContainerConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    ContainerConfigException(String message) {
        super(message);
    }
}

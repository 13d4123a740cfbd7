package dev.troupe.model.kind.validation;

import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.status.FieldError;
import java.util.ArrayList;
import java.util.List;

/** Collects the faults of one object in the order they are found. */
public final class Faults {
    private final List<FieldError> errors = new ArrayList<>();

    public void add(FieldError error) {
        errors.add(error);
    }

    public void addAll(List<FieldError> more) {
        errors.addAll(more);
    }

    public void required(Field at) {
        required(at, "");
    }

    public void required(Field at, String detail) {
        errors.add(FieldError.required(at.path(), detail));
    }

    /** A fault of the text or number that stands at the place; of 0 where nothing does. */
    public void invalid(Field at, String detail) {
        errors.add(
                at.present()
                        ? FieldError.invalid(at.path(), at.value(), detail)
                        : FieldError.invalid(at.path(), 0, detail));
    }

    /** A fault of the place because of another text. */
    public void invalid(Field at, String value, String detail) {
        errors.add(FieldError.invalid(at.path(), value, detail));
    }

    /** One fault a message, of the text at the place. */
    public void invalidText(Field at, List<String> messages) {
        messages.forEach(message -> errors.add(FieldError.invalid(at.path(), at.text(), message)));
    }

    /** One fault a message, of the number at the place. */
    public void invalidNumber(Field at, List<String> messages) {
        messages.forEach(message -> errors.add(FieldError.invalid(at.path(), at.number(), message)));
    }

    public void forbidden(Field at, String detail) {
        errors.add(FieldError.forbidden(at.path(), detail));
    }

    public void duplicate(Field at, String value) {
        errors.add(FieldError.duplicate(at.path(), value));
    }

    /** The text at the place is none of those supported, in this order. */
    public void notSupported(Field at, List<String> supported) {
        errors.add(FieldError.notSupported(at.path(), at.text(), supported));
    }

    /** As {@link #notSupported} where the field must be set: absent is reported as required. */
    public void oneOf(Field at, List<String> supported) {
        if (at.isBlank()) {
            required(at);
        } else if (!supported.contains(at.text())) {
            notSupported(at, supported);
        }
    }

    public void notFound(Field at) {
        errors.add(FieldError.notFound(at.path(), at.text()));
    }

    /** Reports a negative number. */
    public void nonNegative(Field at) {
        if (at.number() < 0) {
            errors.add(FieldError.invalid(at.path(), at.number(), Formats.NOT_NEGATIVE));
        }
    }

    /** Reports faults of a map of labels. */
    public void labels(Field at) {
        errors.addAll(ObjectMetaValidation.labels(at.value(), at.path()));
    }

    /** Reports faults of a label's key. */
    public void labelName(Field at) {
        invalidText(at, ObjectMetaValidation.qualifiedName(at.text()));
    }

    /** Reports faults of a metav1.LabelSelector; an absent one has none. */
    public void labelSelector(Field at) {
        errors.addAll(FieldRules.labelSelector(at.value(), at.path()));
    }

    /** Reports a port's number that is none. */
    public void port(Field at) {
        errors.addAll(FieldRules.port(at.number(), at.path()));
    }

    public boolean isEmpty() {
        return errors.isEmpty();
    }

    public List<FieldError> list() {
        return List.copyOf(errors);
    }
}

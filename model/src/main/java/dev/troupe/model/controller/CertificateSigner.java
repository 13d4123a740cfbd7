package dev.troupe.model.controller;

import dev.troupe.model.api.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The cluster's certificate authority as controllers know it. Safe for threads. */
public interface CertificateSigner {
    /**
     * What a certificate request asks for.
     *
     * @param commonName the user; empty if there is none
     * @param organizations the groups
     * @param addresses IP addresses in text form
     * @param others subject alternative names of any other sort, such as e-mail addresses
     */
    record Subject(
            String commonName,
            List<String> organizations,
            List<String> dnsNames,
            List<String> addresses,
            List<String> others) {
        public Subject {
            organizations = List.copyOf(organizations);
            dnsNames = List.copyOf(dnsNames);
            addresses = List.copyOf(addresses);
            others = List.copyOf(others);
        }
    }

    /**
     * A request that has been checked and approved.
     *
     * @param request PKCS #10, as PEM
     * @param usages in the words of certificates.k8s.io, for example {@code client auth}
     * @param lifetime at most; an authority may give less
     */
    record Order(String request, Set<String> usages, Duration lifetime) {
        public Order {
            usages = Set.copyOf(usages);
        }
    }

    /**
     * Reads a request and verifies that its maker has the key. Pure: the same request gives the same answer.
     *
     * @param request PKCS #10, as PEM
     * @return the subject, or why the request is none
     */
    Outcome<Subject> inspect(String request);

    /** Signs a request as it is. The certificate comes as PEM, alone. */
    CompletionStage<Outcome<String>> sign(Order order);
}

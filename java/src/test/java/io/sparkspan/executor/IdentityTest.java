package io.sparkspan.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class IdentityTest {
    /**
     * Scenario: ids that were computed by another implementation.
     *
     * <p>Guarantees: ours are the same, so that a span made in a task hangs under the span that the driver sends.
     */
    @Test
    void idsAreThoseOfTheVectors() throws IOException {
        JsonNode vectors = Vectors.read("ids.json");
        Identity identity = new Identity(vectors.get("seed").asText());
        for (JsonNode span : vectors.get("spans")) {
            String id = identity.spanId(span.get("kind").asText(), span.get("key").asText());
            assertEquals(span.get("span_id").asText(), id, span::toString);
        }
        for (JsonNode expected : vectors.get("units")) {
            Unit unit = new Unit(expected.get("kind").asText(), expected.get("key").asText());
            assertEquals(expected.get("trace_id").asText(), identity.unitTraceId(unit), expected::toString);
            assertEquals(expected.get("randomness").asText(), String.format("%014x", identity.randomness(unit)), expected::toString);
        }
    }
}

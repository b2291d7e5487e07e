package io.sparkspan.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class TaskContextsTest {
    /**
     * Scenario: tasks of queries, jobs, batches and operations, with and without a caller, under each sampler; what their
     * contexts are was computed by another implementation.
     *
     * <p>Guarantees: a task's context names the trace, the span and the decision that the engine arrives at for it.
     */
    @TestFactory
    List<DynamicTest> contextsAreThoseOfTheVectors() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : Vectors.read("contexts.json").get("cases")) {
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
                Map<String, String> properties = Vectors.strings(vector.get("properties"));
                TaskContexts contexts = new TaskContexts(Vectors.strings(vector.get("settings")));
                TraceParent context = contexts.of(
                        vector.get("stage_id").asInt(),
                        vector.get("stage_attempt").asInt(),
                        vector.get("task_id").asLong(),
                        properties::get);
                assertEquals(vector.get("traceparent").asText(), context.toString());
            }));
        }
        return tests;
    }
}

package io.sparkspan.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
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

    /**
     * Scenario: tasks of two stages, and of two attempts of one of them, take turns on one executor, with the callers of their jobs.
     *
     * <p>Guarantees: none has the context of the one before it.
     */
    @Test
    void stagesTakeTurns() throws IOException {
        JsonNode cases = Vectors.read("contexts.json").get("cases");
        Map<String, String> settings = Vectors.strings(cases.get(0).get("settings"));
        TaskContexts contexts = new TaskContexts(settings);
        Map<String, String> called = Collections.singletonMap("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        for (int turn = 0; turn < 3; turn++) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertEquals(fresh(settings, 7, attempt, called), contexts.of(7, attempt, turn, called::get).toString());
                assertEquals(fresh(settings, 8, 0, new HashMap<>()), contexts.of(8, 0, turn, key -> null).toString());
            }
        }
    }

    private static String fresh(Map<String, String> settings, int stageId, int attempt, Map<String, String> properties) {
        return new TaskContexts(settings).of(stageId, attempt, 0, properties::get).toString();
    }
}

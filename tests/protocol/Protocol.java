import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.util.JsonProtocol;

/** What Spark makes of each line of its input: the event, written again, or nothing where Spark takes no event from it. */
public final class Protocol {
    public static void main(String[] arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, false, "UTF-8");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.print(answer(line) + "\n");
        }
        answers.flush();
    }

    private static String answer(String line) {
        try {
            SparkListenerEvent event = JsonProtocol.sparkEventFromJson(line);
            return JsonProtocol.sparkEventToJsonString(event);
        } catch (Throwable refusal) {
            return "";
        }
    }
}

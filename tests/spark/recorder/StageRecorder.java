import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import java.util.function.Function;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.storage.RDDInfo;

/**
 * Writes down what a live listener knows of each stage and the event log does not: its shuffle dependency.
 *
 * <p>One JSON line for each stage that a job lists (run or skipped) and for each attempt that is submitted. The file is named by the
 * environment, not by a setting, so that the event log of the application does not show that it was watched.
 */
public final class StageRecorder extends SparkListener {
  private final Writer out;

  public StageRecorder() throws IOException {
    out = new OutputStreamWriter(new FileOutputStream(System.getenv("STAGE_RECORDER_FILE")), StandardCharsets.US_ASCII);
  }

  @Override
  public void onJobStart(SparkListenerJobStart event) {
    each(event, "stageInfos", StageInfo.class, stage -> {
      write("listed", stage);
      return null;
    });
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted event) {
    write("submitted", event.stageInfo());
  }

  private synchronized void write(String what, StageInfo stage) {
    Object shuffle = stage.shuffleDepId().isDefined() ? stage.shuffleDepId().get() : null;
    String line = "{\"what\":\"" + what + "\",\"stage\":" + stage.stageId() + ",\"attempt\":" + stage.attemptNumber()
        + ",\"shuffle\":" + shuffle + ",\"parents\":" + each(stage, "parentIds", Object.class, Object::toString)
        + ",\"rdds\":" + each(stage, "rddInfos", RDDInfo.class, rdd -> String.valueOf(rdd.id())) + "}\n";
    try {
      out.write(line);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("the recording of stages is not whole", e);
    }
  }

  /** Getters of Scala sequences have another return type in Scala 2.12 than in 2.13, so one class file can only reflect them. */
  private static <T> String each(Object owner, String getter, Class<T> type, Function<T, String> show) {
    StringJoiner list = new StringJoiner(",", "[", "]");
    try {
      Object sequence = owner.getClass().getMethod(getter).invoke(owner);
      scala.collection.Iterator<?> items = ((scala.collection.Iterable<?>) sequence).iterator();
      while (items.hasNext()) {
        list.add(show.apply(type.cast(items.next())));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(getter + " is not there", e);
    }
    return list.toString();
  }
}

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.ExternalClusterManager;
import org.apache.spark.scheduler.SchedulerBackend;
import org.apache.spark.scheduler.TaskScheduler;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.apache.spark.scheduler.local.LocalSchedulerBackend;
import scala.Option;
import scala.Some;

/**
 * Local mode whose application has an attempt number, as YARN gives one: the only way to see several attempts without YARN.
 *
 * <p>{@code --master local-attempt}, with the application id and the attempt in the environment.
 */
public final class AttemptClusterManager implements ExternalClusterManager {
  @Override
  public boolean canCreate(String master) {
    return master.equals("local-attempt");
  }

  @Override
  public TaskScheduler createTaskScheduler(SparkContext context, String master) {
    return new TaskSchedulerImpl(context);
  }

  @Override
  public SchedulerBackend createSchedulerBackend(SparkContext context, String master, TaskScheduler scheduler) {
    return new LocalSchedulerBackend(context.conf(), (TaskSchedulerImpl) scheduler, 2) {
      @Override
      public String applicationId() {
        return System.getenv("APPLICATION_ID");
      }

      @Override
      public Option<String> applicationAttemptId() {
        return new Some<>(System.getenv("APPLICATION_ATTEMPT"));
      }
    };
  }

  @Override
  public void initialize(TaskScheduler scheduler, SchedulerBackend backend) {
    ((TaskSchedulerImpl) scheduler).initialize(backend);
  }
}

package io.sparkspan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The one jar against the classes of each Spark whose home the property {@code spark.homes} lists, as its own class loader would link them. */
class SparkVersionsTest {
    /**
     * Scenario: each class of the jar, and all classes, fields and methods that it refers to, beside the jars of one Spark.
     *
     * <p>Guarantees: the linker finds all of them by their exact descriptors, and nothing abstract is left.
     */
    @TestFactory
    List<DynamicTest> everySymbolIsThere() throws Exception {
        return forEachSpark((loader, classes) -> {
            Set<String> missing = new TreeSet<>();
            for (Path file : classes) {
                ClassFile parsed;
                try (InputStream bytes = Files.newInputStream(file)) {
                    parsed = new ClassFile(bytes);
                }
                parsed.classes().stream().filter(name -> !isLoadable(loader, name)).forEach(missing::add);
                parsed.members().stream().filter(member -> !isThere(loader, member)).map(Object::toString).forEach(missing::add);
                missing.addAll(abstractMethods(loader.loadClass(className(file))));
            }
            assertEquals(Collections.emptySet(), missing);
        });
    }

    /**
     * Scenario: a planning event is written by Spark's own writer of event logs and read by its reader, which has the class.
     *
     * <p>Guarantees: the line is the one that the engine reads, and the reader does not stumble.
     */
    @TestFactory
    List<DynamicTest> planningEventIsWrittenAndRead() throws Exception {
        return forEachSpark((loader, classes) -> {
            Class<?> event = loader.loadClass(SqlPlanningEvent.class.getName());
            Class<?> phase = loader.loadClass(SqlPlanningEvent.Phase.class.getName());
            Object planning = phase.getConstructor(String.class, long.class, long.class).newInstance("planning", 5L, 7L);
            Object bare = event.getConstructors()[0].newInstance(3L, null, Collections.singletonList(planning), true);
            String expected = "{\"Event\":\"io.sparkspan.SqlPlanningEvent\",\"executionId\":3,"
                    + "\"phases\":[{\"name\":\"planning\",\"startTimeMs\":5,\"endTimeMs\":7}]}";
            assertEquals(expected, writtenAndRead(loader, bare));
            Object full = event.getConstructors()[0].newInstance(4L, "SELECT ?", Collections.emptyList(), true);
            assertEquals(
                    "{\"Event\":\"io.sparkspan.SqlPlanningEvent\",\"executionId\":4,\"sqlText\":\"SELECT ?\",\"phases\":[]}",
                    writtenAndRead(loader, full));
        });
    }

    /**
     * Scenario: the private fields by which a task in local mode gets properties of its own.
     *
     * <p>Guarantees: they have their names and types.
     */
    @TestFactory
    List<DynamicTest> privateFieldsAreThere() throws Exception {
        return forEachSpark((loader, classes) -> {
            Field properties = loader.loadClass("org.apache.spark.TaskContextImpl").getDeclaredField("localProperties");
            assertEquals(java.util.Properties.class, properties.getType());
            Field context = loader.loadClass("org.apache.spark.BarrierTaskContext").getDeclaredField("taskContext");
            assertEquals("org.apache.spark.TaskContext", context.getType().getName());
        });
    }

    private interface Check {
        void on(ClassLoader loader, List<Path> classes) throws Exception;
    }

    private static List<DynamicTest> forEachSpark(Check check) throws Exception {
        Path ours = Paths.get(SparkspanPlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Path> classes = files(ours, 8).filter(file -> file.toString().endsWith(".class")).collect(Collectors.toList());
        assertTrue(classes.size() > 10, "the jar's classes are in " + ours);
        List<DynamicTest> tests = new ArrayList<>();
        for (Path jars : jarsOfEachSpark()) {
            tests.add(DynamicTest.dynamicTest(jars.toString(), () -> {
                try (URLClassLoader loader = loader(ours, jars)) {
                    check.on(loader, classes);
                }
            }));
        }
        return tests;
    }

    private static List<Path> jarsOfEachSpark() {
        String homes = System.getProperty("spark.homes", "");
        assertTrue(!homes.isEmpty(), "spark.homes lists the Sparks to test against");
        return Stream.of(homes.split(File.pathSeparator)).map(home -> Paths.get(home, "jars")).collect(Collectors.toList());
    }

    private static Stream<Path> files(Path folder, int depth) {
        try {
            return Files.walk(folder, depth);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static URLClassLoader loader(Path ours, Path jars) throws MalformedURLException, URISyntaxException {
        List<URL> urls = new ArrayList<>();
        urls.add(ours.toUri().toURL());
        for (Path jar : files(jars, 1).filter(file -> file.toString().endsWith(".jar")).collect(Collectors.toList())) {
            urls.add(jar.toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getSystemClassLoader().getParent());
    }

    private static String className(Path file) {
        String path = file.toString().replace('/', '.');
        return path.substring(path.indexOf("io.sparkspan."), path.length() - ".class".length());
    }

    private static boolean isLoadable(ClassLoader loader, String name) {
        try {
            return Class.forName(name, false, loader) != null;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    private static boolean isThere(ClassLoader loader, ClassFile.Member member) {
        try {
            Class<?> owner = member.owner.startsWith("[") ? Object.class : Class.forName(member.owner, false, loader);
            if (!member.descriptor.startsWith("(")) {
                MethodType type = MethodType.fromMethodDescriptorString("()" + member.descriptor, loader);
                return owner.getField(member.name).getType().equals(type.returnType());
            }
            return isMethodOf(owner, member.name, MethodType.fromMethodDescriptorString(member.descriptor, loader));
        } catch (ClassNotFoundException | NoSuchFieldException | LinkageError | TypeNotPresentException absent) {
            // Our own private fields are no concern of Spark's.
            return member.owner.startsWith("io.sparkspan.");
        }
    }

    private static boolean isMethodOf(Class<?> owner, String name, MethodType type) {
        if (name.equals("<init>")) {
            return Arrays.stream(owner.getDeclaredConstructors()).anyMatch(own -> Arrays.equals(own.getParameterTypes(), type.parameterArray()));
        }
        boolean isOwn = Arrays.stream(owner.getDeclaredMethods())
                .anyMatch(own -> own.getName().equals(name)
                        && own.getReturnType().equals(type.returnType())
                        && Arrays.equals(own.getParameterTypes(), type.parameterArray()));
        if (isOwn || owner.getName().equals("java.lang.invoke.MethodHandle")) {
            return true;
        }
        return Stream.concat(Stream.of(owner.getInterfaces()), Stream.of(owner.isInterface() ? Object.class : owner.getSuperclass()))
                .anyMatch(above -> above != null && isMethodOf(above, name, type));
    }

    private static List<String> abstractMethods(Class<?> ours) {
        if (Modifier.isAbstract(ours.getModifiers())) {
            return Collections.emptyList();
        }
        return Arrays.stream(ours.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .map(Method::toString)
                .collect(Collectors.toList());
    }

    private static String writtenAndRead(ClassLoader loader, Object event) throws Exception {
        Class<?> protocol = loader.loadClass("org.apache.spark.util.JsonProtocol");
        Class<?> listenerEvent = loader.loadClass("org.apache.spark.scheduler.SparkListenerEvent");
        Method write = protocol.getMethod("sparkEventToJsonString", listenerEvent);
        Thread.currentThread().setContextClassLoader(loader);
        Object read = protocol.getMethod("sparkEventFromJson", String.class).invoke(null, write.invoke(null, event));
        assertEquals(event.getClass(), read.getClass());
        return (String) write.invoke(null, read);
    }
}

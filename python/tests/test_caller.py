"""`trace()`: who is told of the caller, and for how long."""

import threading
import unittest
import warnings

import sparkspan

OUTER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
INNER = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00"


class Context:
    """A `SparkContext`, as far as its local properties go: each thread has its own."""

    def __init__(self):
        self.properties = threading.local()

    def getLocalProperty(self, key):
        return getattr(self.properties, key, None)

    def setLocalProperty(self, key, value):
        setattr(self.properties, key, value)


class Session:
    def __init__(self):
        self.sparkContext = Context()


class ConnectSession:
    """A Connect client's session, as far as its tags go."""

    def __init__(self):
        self.tags = {"mine"}

    def getTags(self):
        return self.tags

    def addTag(self, tag):
        self.tags.add(tag)

    def removeTag(self, tag):
        self.tags.discard(tag)


ConnectSession.__module__ = "pyspark.sql.connect.session"


class Classic(unittest.TestCase):
    def setUp(self):
        self.session = Session()

    def caller(self):
        return self.session.sparkContext.getLocalProperty("traceparent")

    def test_blocks_nest_and_give_back_what_was_there(self):
        with sparkspan.trace(self.session, OUTER):
            with sparkspan.trace(self.session, INNER):
                self.assertEqual(self.caller(), INNER)
            self.assertEqual(self.caller(), OUTER)
        self.assertIsNone(self.caller())

    def test_a_block_that_fails_gives_back_what_was_there(self):
        with self.assertRaises(ZeroDivisionError), sparkspan.trace(self.session, OUTER):
            raise ZeroDivisionError
        self.assertIsNone(self.caller())

    def test_a_block_that_stops_spark_ends_as_it_would_without(self):
        """Scenario: the block stops Spark, and then fails with an error of its own.

        Guarantees: the error that comes out is the block's.
        """
        with self.assertRaises(ZeroDivisionError), sparkspan.trace(self.session, OUTER):
            del self.session.sparkContext.properties
            raise ZeroDivisionError

    def test_a_context_will_do(self):
        with sparkspan.trace(self.session.sparkContext, OUTER):
            self.assertEqual(self.caller(), OUTER)

    def test_threads_do_not_see_each_others_callers(self):
        inside, seen = threading.Barrier(2), {}

        def work(traceparent):
            with sparkspan.trace(self.session, traceparent):
                inside.wait()
                seen[traceparent] = self.caller()
                inside.wait()

        threads = [threading.Thread(target=work, args=[traceparent]) for traceparent in (OUTER, INNER)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(seen, {OUTER: OUTER, INNER: INNER})
        self.assertIsNone(self.caller())

    def test_nothing_to_tell_changes_nothing(self):
        with sparkspan.trace(self.session, OUTER):
            for nobody in (None, ""):
                with sparkspan.trace(self.session, nobody):
                    self.assertEqual(self.caller(), OUTER)

    def test_what_is_no_traceparent_is_said_and_left_alone(self):
        wrong = ["x", OUTER.upper(), "ff" + OUTER[2:], OUTER + "\n", OUTER + ",00", OUTER.replace(OUTER[3:35], "0" * 32)]
        for text in wrong:
            with self.subTest(text), self.assertWarns(sparkspan.SparkspanWarning) as warned, sparkspan.trace(self.session, text):
                self.assertIsNone(self.caller())
            self.assertEqual(warned.filename, __file__)


class Connect(unittest.TestCase):
    def test_blocks_nest_and_leave_one_caller_at_a_time(self):
        session = ConnectSession()
        with sparkspan.trace(session, OUTER):
            with sparkspan.trace(session, INNER):
                self.assertEqual(session.tags, {"mine", "traceparent:" + INNER})
            with sparkspan.trace(session, OUTER):
                self.assertEqual(session.tags, {"mine", "traceparent:" + OUTER})
            self.assertEqual(session.tags, {"mine", "traceparent:" + OUTER})
        self.assertEqual(session.tags, {"mine"})

    def test_a_client_without_tags_is_said(self):
        """Scenario: the client of Spark 3.4 has no tags."""

        class Old:
            __module__ = "pyspark.sql.connect.session"

        with self.assertWarns(sparkspan.SparkspanWarning), sparkspan.trace(Old(), OUTER):
            pass


class OutsideOfSpark(unittest.TestCase):
    def test_there_is_no_traceparent_and_nothing_is_warned_of(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertIsNone(sparkspan.current_traceparent())


if __name__ == "__main__":
    unittest.main()

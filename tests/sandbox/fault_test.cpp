// Every fault mode, over real sockets.

#include "socket_client.hpp"

namespace sandbox::test {

using FaultySandbox = RunningSandbox;

constexpr const char* kOnce = R"("match":{"method":"POST"},"count":1,)";

TEST_F(FaultySandbox, LatencyDelaysButDoesTheWork) {
  fault(std::string(kOnce) + R"("mode":"latency","delay_ms":30)");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(create("A").status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(30));
  EXPECT_EQ(fired("latency"), 1);
  EXPECT_GE(control_.send("GET", "/stats").json()["voucherify"]["delay_us"].integer().value_or(0), 30'000);
}

TEST_F(FaultySandbox, LostBeforeClosesWithoutEffect) {
  fault(std::string(kOnce) + R"("mode":"lost_before")");
  EXPECT_EQ(create("A").status, 0);
  EXPECT_FALSE(exists("A"));
  EXPECT_EQ(create("A").status, 200);
}

TEST_F(FaultySandbox, LostAfterClosesWithEffect) {
  fault(std::string(kOnce) + R"("mode":"lost_after")");
  EXPECT_EQ(create("A").status, 0);
  EXPECT_TRUE(exists("A"));
  EXPECT_EQ(create("A").status, 400);
}

TEST_F(FaultySandbox, LateClosesAtOnceAndDoesTheWorkLater) {
  fault(std::string(kOnce) + R"("mode":"late","delay_ms":300)");
  EXPECT_EQ(create("A").status, 0);
  EXPECT_FALSE(exists("A"));
  while (!exists("A")) std::this_thread::yield();
  EXPECT_EQ(create("A").status, 400) << "they met";
}

TEST_F(FaultySandbox, TooManyRequestsSaysWhenToComeBack) {
  fault(std::string(kOnce) + R"("mode":"http_429","retry_after_s":7)");
  const auto reply = create("A");
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.retry_after, "7");
  EXPECT_FALSE(exists("A"));
}

TEST_F(FaultySandbox, ServerErrorHasNoEffect) {
  fault(std::string(kOnce) + R"("mode":"http_500")");
  EXPECT_EQ(create("A").status, 500);
  EXPECT_FALSE(exists("A"));
}

TEST_F(FaultySandbox, ServerErrorAfterTheEffectKeepsTheEffect) {
  fault(std::string(kOnce) + R"("mode":"http_500_after")");
  EXPECT_EQ(create("A").status, 500);
  EXPECT_TRUE(exists("A"));
}

TEST_F(FaultySandbox, GarbageIsA200ThatCannotBeRead) {
  fault(std::string(kOnce) + R"("mode":"garbage")");
  const auto reply = create("A");
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(Json::parse(reply.body));
  EXPECT_TRUE(exists("A"));
}

TEST_F(FaultySandbox, StaleReadsShowThePastAndWritesDoNot) {
  fault(R"("mode":"stale_reads","delay_ms":60000)");
  EXPECT_EQ(create("A").status, 200);
  EXPECT_FALSE(exists("A"));
  EXPECT_EQ(create("A").status, 400);
  EXPECT_TRUE(control("/clock", R"({"advance_ms":61000})")["ok"].truthy());
  EXPECT_TRUE(exists("A"));
}

TEST_F(FaultySandbox, OutageClosesConnectionsUntilItIsRemoved) {
  fault(R"("mode":"outage")");
  EXPECT_EQ(create("A").status, 0);
  EXPECT_EQ(create("A").status, 0);
  EXPECT_EQ(control_.send("DELETE", "/faults?vendor=voucherify").status, 200);
  EXPECT_EQ(create("A").status, 200);
}

TEST_F(FaultySandbox, BlackHoleNeverAnswers) {
  fault(std::string(kOnce) + R"("mode":"black_hole","delay_ms":20)");
  EXPECT_EQ(create("A").status, 0);
  EXPECT_FALSE(exists("A"));
}

TEST_F(FaultySandbox, StopsAtOnceWithACallerInTheBlackHole) {
  fault(std::string(kOnce) + R"("mode":"black_hole")");
  std::thread caller([&] { EXPECT_EQ(create("A").status, 0); });
  while (fired("black_hole") == 0) std::this_thread::yield();
  sandbox_.stop();
  caller.join();
}

TEST_F(FaultySandbox, FiresOnlyWhereItMatchesAndAsOftenAsAsked) {
  fault(R"("match":{"method":"POST","path_prefix":"/v1/vouchers/B"},"mode":"http_500","count":2)");
  EXPECT_EQ(create("A").status, 200);
  EXPECT_EQ(create("B").status, 500);
  EXPECT_EQ(create("B1").status, 500);
  EXPECT_EQ(create("B").status, 200);
  EXPECT_EQ(fired("http_500"), 2);
}

TEST_F(FaultySandbox, FiresWithTheProbabilityAsked) {
  fault(R"("mode":"http_500","probability":0.25)");
  int failed = 0;
  for (int i = 0; i < 400; ++i) failed += voucherify("GET", "/v1/vouchers/none").status == 500 ? 1 : 0;
  EXPECT_GT(failed, 60);
  EXPECT_LT(failed, 140);
}

TEST_F(FaultySandbox, RefusesFaultsItDoesNotKnow) {
  for (const char* body :
       {"{}", "nonsense", R"({"vendor":"voucherify","mode":"nope"})", R"({"vendor":"nobody","mode":"outage"})",
        R"({"vendor":"voucherify","mode":"http_500","probability":1.5})",
        R"({"vendor":"voucherify","mode":"http_500","count":-1})"})
    EXPECT_EQ(control_.send("POST", "/faults", body).status, 400) << body;
}

TEST_F(FaultySandbox, LimitsRequestsPerMinute) {
  control("/limits", R"({"vendor":"voucherify","requests_per_minute":3})");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(voucherify("GET", "/v1/customers").status, 200);
  const auto reply = voucherify("GET", "/v1/customers");
  EXPECT_EQ(reply.status, 429);
  EXPECT_FALSE(reply.retry_after.empty());
  control("/clock", R"({"advance_ms":60000})");
  EXPECT_EQ(voucherify("GET", "/v1/customers").status, 200);
}

TEST_F(FaultySandbox, ResetForgetsEverythingButTheSeed) {
  create("A");
  fault(R"("mode":"http_500")");
  control("/latency", R"({"vendor":"voucherify","ms":5})");
  control("/customers", R"({"generate":{"count":10}})");
  control("/reset", "{}");
  EXPECT_FALSE(exists("A"));
  EXPECT_EQ(voucherify("GET", "/v1/customers?limit=100").json()["total"].integer(), 4);
}

}  // namespace sandbox::test

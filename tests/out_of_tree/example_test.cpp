// The example connector, built outside of this tree by two compilers, run by the host step by step.

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <sstream>

#include "core/plugin_host/instance.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::plugin_host {
namespace {

using Script = std::function<HttpReply(const Asked&)>;

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(FIXTURES) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What the engine does, without a journal: step, answer, step again.
Step run(const Instance& instance, std::string_view operation, const json::Value& input, const Script& script) {
  Arguments arguments;
  arguments.now_ms = 1'795'442'400'000;
  arguments.input = json::write(input);
  arguments.ids.push_back({"create-card", "ho1-abc", "abc"});
  std::vector<Answer> answers;
  std::vector<Asked> before;
  for (;;) {
    Step step = instance.step(operation, arguments, answers, before);
    if (step.end != StepEnd::waiting || !step.misbehaviour.empty() || answers.size() > 10) return step;
    before = step.asked;
    Answer answer;
    answer.label = step.asked.back().label;
    answer.http = script(step.asked.back());
    answers.push_back(std::move(answer));
  }
}

class OutOfTreeExample : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
#ifndef HAVE_CLANG
    if (std::string(GetParam()) == "clang") GTEST_SKIP() << "clang++-19 is not installed; run: make setup";
#endif
    std::filesystem::path built = std::filesystem::path(EXAMPLES) / GetParam() / "libhandoff-acme_gift.so";
    ASSERT_TRUE(std::filesystem::exists(built)) << built << ": the fixture test builds it; run it by ctest";
    std::filesystem::copy_file(built, folder.file("libhandoff-acme_gift.so"));
    std::filesystem::permissions(folder.file("libhandoff-acme_gift.so"), std::filesystem::perms(0755));
    catalogue = std::make_unique<Catalogue>(std::vector{folder.path()});
    ASSERT_EQ(catalogue->unreadable().size(), 0u);
    auto plugin = catalogue->plugin("acme_gift");
    ASSERT_TRUE(plugin) << plugin.error();
    json::Object settings;
    settings.set("currency", "USD");
    auto made = Instance::create(**plugin, json::Value(std::move(settings)));
    ASSERT_TRUE(made) << json::write(made.error());
    instance = std::move(*made);
  }
  support::TempDir folder;
  std::unique_ptr<Catalogue> catalogue;
  std::unique_ptr<Instance> instance;
};

TEST_P(OutOfTreeExample, TellsItsSheetWithoutRunningAnyOfItsCode) {
  auto manifest = catalogue->manifest("acme_gift");
  ASSERT_TRUE(manifest);
  const CallSheet* sheet = (*manifest)->operation("issue")->call("create-card");
  ASSERT_NE(sheet, nullptr);
  EXPECT_EQ(sheet->sign, Sign::adding);
  EXPECT_EQ(sheet->retry, RetryClass::idempotent);
  EXPECT_EQ(sheet->key_window_s, 86400);
  EXPECT_EQ(sheet->inflight_max_s, kUnknownLagSeconds);
}

TEST_P(OutOfTreeExample, IssuesACard) {
  IssueInput in;
  in.credit.ref = "sc_1";
  in.amount = Money(2500, "USD");
  in.reference = "ho1-abc";
  Step step = run(*instance, "issue", encode(in), [](const Asked& asked) {
    EXPECT_FALSE(asked.safe);
    EXPECT_EQ(asked.http.method + " " + asked.http.target, "POST /v1/cards");
    return HttpReply{201, {}, fixture("card.json")};
  });
  ASSERT_EQ(step.misbehaviour, "");
  ASSERT_EQ(step.end, StepEnd::done);
  EXPECT_EQ(step.result.at("instrument").as_string(), "ag_71");
  const Verdict* verdict = step.verdict("create-card");
  ASSERT_NE(verdict, nullptr);
  EXPECT_EQ(verdict->kind, std::uint32_t{HANDOFF_VERDICT_APPLIED});
  EXPECT_EQ(verdict->echoes.amount, Money(2500, "USD"));
  EXPECT_EQ(verdict->echoes.reference, "ho1-abc");
}

TEST_P(OutOfTreeExample, ReadsTheCardByOurReference) {
  ReadInput in;
  in.by = "reference";
  in.reference = "ho1-abc";
  Step step = run(*instance, "read", encode(in), [](const Asked& asked) {
    EXPECT_TRUE(asked.safe);
    EXPECT_EQ(asked.http.target, "/v1/cards?reference=ho1-abc");
    return HttpReply{200, {}, R"({"cards":[)" + fixture("card.json") + "]}"};
  });
  ASSERT_EQ(step.misbehaviour, "");
  ReadResult seen;
  ASSERT_EQ(decode(step.result, seen), "");
  ASSERT_EQ(seen.sightings.size(), 1u);
  EXPECT_TRUE(seen.complete);
  EXPECT_EQ(seen.sightings[0].state, "active");
  EXPECT_EQ(seen.sightings[0].amount, Money(2500, "USD"));
}

TEST_P(OutOfTreeExample, EndsInAFailureWhereItsCodeThrows) {
  ReadInput in;
  in.by = "reference";
  in.reference = "ho1-abc";
  Step step = run(*instance, "read", encode(in), [](const Asked&) { return HttpReply{200, {}, "<html>"}; });
  EXPECT_EQ(step.end, StepEnd::failed);
  EXPECT_EQ(step.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_EQ(step.misbehaviour, "");
}

TEST_P(OutOfTreeExample, RunsItsPlainFunctionToo) {
  Step step = run(*instance, "check", json::Value(json::Object()),
                  [](const Asked&) { return HttpReply{200, {}, R"({"name":"Jo's"})"}; });
  ASSERT_EQ(step.end, StepEnd::done);
  EXPECT_EQ(step.result.at("account").as_string(), "Jo's");
}

INSTANTIATE_TEST_SUITE_P(BuiltBy, OutOfTreeExample, ::testing::Values("gcc", "clang"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace handoff::plugin_host

// The connector that was built against ABI 1.0 and is kept as a file: what handoff promised it holds in this build.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/conformance/kit.hpp"
#include "core/plugin_host/instance.hpp"
#include "core/plugin_host/sanitized.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::conformance {
namespace {

using plugin_host::Answer;
using plugin_host::Asked;
using plugin_host::Instance;
using plugin_host::Step;
using plugin_host::StepEnd;

class KeptFromAbi1_0 : public ::testing::Test {
 protected:
  void SetUp() override {
#ifndef __x86_64__
    GTEST_SKIP() << "the kept file is for x86-64";
#endif
    // A checkout may be writable by others, and then a hub takes no connector out of it.
    std::filesystem::copy_file(std::filesystem::path(KEPT) / "libhandoff-abi_1_0.so", file());
    std::filesystem::permissions(file(), std::filesystem::perms(0755));
  }
  std::filesystem::path file() const { return folder_.path() / "libhandoff-abi_1_0.so"; }

  static json::Value settings() {
    json::Object out;
    out.set("currency", "USD");
    return json::Value(std::move(out));
  }

  /// Issues a card as the engine would, without a journal.
  static Step issue(const Instance& connector, const std::string& reference) {
    IssueInput in;
    in.credit.ref = "sc_1";
    in.amount = Money(2500, "USD");
    in.reference = reference;
    plugin_host::Arguments arguments;
    arguments.now_ms = 1'795'442'400'000;
    arguments.input = json::write(encode(in));
    arguments.ids.push_back({"create-card", "ho1-abc", "abc20"});
    Step first = connector.step("issue", arguments, {}, {});
    EXPECT_EQ(first.misbehaviour, "");
    if (first.asked.size() != 1) return first;
    const HttpRequest& asked = first.asked[0].http;
    EXPECT_EQ(asked.method + " " + asked.target, "POST /v1/cards");
    EXPECT_EQ(asked.headers.at(0), std::pair(std::string("Idempotency-Key"), std::string("ho1-abc")));
    EXPECT_EQ(json::parse(asked.body)->at("number").as_string(), "abc20");
    Answer answer;
    answer.label = first.asked[0].label;
    answer.http = {201, {}, R"({"id":"k_1","status":"open","value":"25.00","currency":"USD","reference":"r-1"})"};
    return connector.step("issue", arguments, {answer}, first.asked);
  }
  static void expect_issued(const Step& step) {
    EXPECT_EQ(step.misbehaviour, "");
    ASSERT_EQ(step.end, StepEnd::done) << json::write(step.result);
    EXPECT_EQ(step.result.at("instrument").as_string(), "k_1");
    const plugin_host::Verdict* verdict = step.verdict("create-card");
    ASSERT_NE(verdict, nullptr);
    EXPECT_EQ(verdict->kind, std::uint32_t{HANDOFF_VERDICT_APPLIED});
    EXPECT_EQ(verdict->echoes.amount, Money(2500, "USD"));
    EXPECT_EQ(verdict->echoes.reference, "r-1");
  }

 private:
  support::TempDir folder_;
};

TEST_F(KeptFromAbi1_0, SaysWhatItWasBuiltAgainst) {
  auto plugin = plugin_host::Plugin::load(file());
  ASSERT_TRUE(plugin) << plugin.error();
  EXPECT_EQ((*plugin)->header().abi_major, 1u);
  EXPECT_EQ((*plugin)->header().abi_minor, 0u);
  EXPECT_EQ((*plugin)->header().abi_minor_needed, 0u);
}

TEST_F(KeptFromAbi1_0, PassesTheKit) {
  Request request;
  request.file = file();
  request.folder = std::filesystem::path(KEPT) / "conformance";
  if (!kSanitized) request.limits.seconds = 5;
  auto report = run(request);
  ASSERT_TRUE(report) << report.error();
  for (const Result& result : report->results)
    for (const Finding& finding : result.findings)
      ADD_FAILURE() << result.id << ": " << finding.cassette << ": " << finding.what;
  EXPECT_EQ(report->results.size(), all_cases().size() + 1);
}

TEST_F(KeptFromAbi1_0, IssuesInThisProcess) {
  auto plugin = plugin_host::Plugin::load(file());
  ASSERT_TRUE(plugin) << plugin.error();
  auto connector = Instance::create(**plugin, settings());
  ASSERT_TRUE(connector) << json::write(connector.error());
  expect_issued(issue(**connector, "r-1"));
}

TEST_F(KeptFromAbi1_0, IssuesInAProcessOfItsOwn) {
  auto image = plugin_host::Image::open(file());
  ASSERT_TRUE(image) << image.error();
  plugin_host::Apart how;
  how.program = plugin_host::connector_host_program();
  how.name = "kept";
  auto connector = Instance::create_apart(*image, settings(), how);
  ASSERT_TRUE(connector) << json::write(connector.error());
  expect_issued(issue(**connector, "r-1"));
}

TEST_F(KeptFromAbi1_0, RefusesSettingsInItsOwnWords) {
  auto plugin = plugin_host::Plugin::load(file());
  ASSERT_TRUE(plugin) << plugin.error();
  json::Object wrong;
  wrong.set("currency", "ABC");
  auto connector = Instance::create(**plugin, json::Value(std::move(wrong)));
  ASSERT_FALSE(connector);
  EXPECT_EQ(connector.error().at("pointer").as_string(), "/currency");
}

}  // namespace
}  // namespace handoff::conformance

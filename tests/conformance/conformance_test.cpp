// That the control is right and the known-bad connectors are bad, each where bad.list says and nowhere else. What a
// conformance kit makes of them is for the kit's own tests.

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

#include "core/plugin_host/instance.hpp"
#include "tests/conformance/exchanges.hpp"

namespace handoff::conformance {
namespace {

using Names = std::set<std::string>;

const std::filesystem::path kGood = GOOD;

struct Bad {
  std::string id;
  Names where;
  std::filesystem::path file() const { return std::filesystem::path(BAD) / ("libhandoff-bad_" + id + ".so"); }
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.id; }

std::vector<Bad> bad_list() {
  std::vector<Bad> out;
  std::ifstream file(LIST);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line.substr(0, line.find('|', line.find('|') + 1)));
    Bad bad;
    std::string word;
    words >> bad.id >> word;
    while (words >> word) bad.where.insert(word);
    out.push_back(bad);
  }
  return out;
}

/// The exchanges in which the file does otherwise than the good connector.
Names differences(const std::filesystem::path& file) {
  Names out;
  static const auto right = [] {
    std::map<std::string, std::string> texts;
    for (const std::string& name : exchange_names()) texts[name] = exchange(kGood, name);
    return texts;
  }();
  for (const auto& [name, text] : right)
    if (exchange(file, name) != text) out.insert(name);
  return out;
}

std::string operation_of(const std::string& exchange) { return exchange.substr(0, exchange.find('_')); }

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

const plugin_host::Plugin& loaded(const std::filesystem::path& file) {
  auto plugin = plugin_host::Plugin::load(file);
  EXPECT_TRUE(plugin) << plugin.error();
  return **plugin;
}

std::unique_ptr<plugin_host::Instance> instance_of(const std::filesystem::path& file) {
  json::Object settings;
  settings.set("currency", "USD").set("page_size", 50);
  auto made = plugin_host::Instance::create(loaded(file), json::Value(std::move(settings)));
  EXPECT_TRUE(made);
  return std::move(*made);
}

/// A step of an issue with these answers behind it.
plugin_host::Step issue_step(const plugin_host::Instance& instance, const std::string& credit,
                             const std::vector<plugin_host::Answer>& answers, const plugin_host::Layout& layout) {
  IssueInput in;
  in.credit.ref = credit;
  in.amount = Money(2510, "USD");
  plugin_host::Arguments arguments;
  arguments.input = json::write(encode(in));
  arguments.ids = {{"create-card", "ho1-a", "a"}, {"activate-card", "ho1-b", "b"}};
  return instance.step("issue", arguments, answers, {}, layout);
}

/// The first: it asks for an empty card.
plugin_host::Step first_step(const plugin_host::Instance& instance, const std::string& credit) {
  return issue_step(instance, credit, {}, {});
}

/// The last alone, as by a process that goes on after a crash.
plugin_host::Step last_step(const std::string& bad, const plugin_host::Layout& layout = {}) {
  std::vector<plugin_host::Answer> answers(2);
  for (const auto& [at, label] : {std::pair(0u, "create-card"), std::pair(1u, "activate-card")}) {
    answers[at].label = label;
    answers[at].http.status = 200;
    answers[at].http.body = text_of(std::filesystem::path(FIXTURES) / (std::string(label) + ".json"));
  }
  return issue_step(*instance_of(bad.empty() ? kGood : Bad{bad, {}}.file()), "sc_1", answers, layout);
}

/// Whether two threads, each with a credit of its own, ever see the other's.
bool mixes_two_operations(const plugin_host::Instance& instance) {
  std::atomic<bool> mixed = false;
  auto many = [&](const std::string& credit) {
    for (int i = 0; i < 500 && !mixed; ++i)
      if (first_step(instance, credit).asked.at(0).http.body.find("\"" + credit + "\"") == std::string::npos)
        mixed = true;
  };
  std::thread one(many, "sc_one_one_one_one"), two(many, "sc_two_two_two_two");
  one.join();
  two.join();
  return mixed;
}

TEST(TheGoodConnector, IssuesInTwoStepsAndReportsWhatTheAnswersSay) {
  std::string text = exchange(kGood, "issue");
  EXPECT_NE(text.find("call create-card class 2 POST /v2/cards {\"reference\":\"ho1-ref\""), std::string::npos) << text;
  EXPECT_NE(text.find("call activate-card class 2 POST /v2/cards/ag_71/activate {\"amount\":\"25.10\""),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Idempotency-Key: ho1-activate-card"), std::string::npos) << text;
  EXPECT_NE(text.find("{\"amount\":{\"minor\":2510,\"currency\":\"USD\"},\"reference\":\"ho1-ref\"}"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("done 0 {\"instrument\":\"ag_71\"}"), std::string::npos) << text;
}

TEST(TheGoodConnector, BreaksNoRuleOfTheContractInAnyExchange) {
  for (const std::string& name : exchange_names()) {
    if (name == "sheet") continue;
    std::string text = exchange(kGood, name);
    bool ended = text.find("\ndone ") != std::string::npos || text.find("\nfailed ") != std::string::npos ||
                 text.starts_with("failed ");
    EXPECT_TRUE(ended) << name << "\n" << text;
    for (const char* bad : {"ended by", "steps", "did not end", "refused: ", "no exchange", "GC-SECRET-1 of"})
      EXPECT_EQ(text.find(bad), std::string::npos) << name << "\n" << text;
  }
}

TEST(TheGoodConnector, DoesTheSameTwiceAndAtAnotherTime) {
  EXPECT_EQ(differences(kGood), Names());
  EXPECT_EQ(exchange(kGood, "issue"), exchange(kGood, "issue_later"));
  EXPECT_FALSE(mixes_two_operations(*instance_of(kGood)));
}

class TheBadConnector : public ::testing::TestWithParam<Bad> {};

TEST_P(TheBadConnector, DiffersFromTheGoodOneWhereTheListSaysAndNowhereElse) {
  const Bad& bad = GetParam();
  ASSERT_TRUE(std::filesystem::exists(bad.file())) << bad.file();
  auto plugin = plugin_host::Plugin::load(bad.file());
  EXPECT_EQ(!plugin, bad.where.contains("load")) << (plugin ? "it was loaded" : plugin.error());
  if (!plugin) return;
  Names found = differences(bad.file()), operations;
  for (const std::string& name : bad.where) {
    operations.insert(operation_of(name));
    static const Names by_other_means = {"host", "start", "symbols", "threads", "time"};
    EXPECT_EQ(found.contains(name), !by_other_means.contains(name)) << name;
  }
  for (const std::string& name : found)
    EXPECT_TRUE(operations.contains(operation_of(name))) << "it differs in " << name;
}

INSTANTIATE_TEST_SUITE_P(OfTheList, TheBadConnector, ::testing::ValuesIn(bad_list()),
                         [](const auto& param) { return param.param.id; });

TEST(TheBadConnectors, ThatShareAnInstanceMixTwoOperations) {
  EXPECT_TRUE(mixes_two_operations(*instance_of(Bad{"races", {}}.file())));
}

TEST(TheBadConnectors, ThatExportMoreThanTheirEntryShowIt) {
  void* library = dlopen(Bad{"exports_more", {}}.file().c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr);
  EXPECT_NE(dlsym(library, "acme_revision"), nullptr);
}

TEST(TheBadConnectors, ThatCountTheirStepsDoNotGoOnInAnotherProcess) {
  EXPECT_EQ(last_step("").end, plugin_host::StepEnd::done);
  EXPECT_NE(last_step("counts_steps").end, plugin_host::StepEnd::done);
}

TEST(TheBadConnectors, ThatReadPastATextShowItWhereSomethingLiesBehind) {
  std::deque<std::string> placed;
  plugin_host::Layout crowded{
      [&placed](std::string_view bytes) { return placed.emplace_back(std::string(bytes) + "{").data(); }, 0};
  EXPECT_EQ(last_step("", crowded).end, plugin_host::StepEnd::done);
  EXPECT_NE(last_step("reads_past_text", crowded).end, plugin_host::StepEnd::done);
}

TEST(TheBadConnectors, ThatKnowOneSizeOfStructsFailInANewerHost) {
  std::deque<std::string> placed;
  plugin_host::Layout newer{[&placed](std::string_view bytes) { return placed.emplace_back(bytes).data(); }, 64};
  plugin_host::Arguments nothing;
  nothing.input = "{}";
  EXPECT_EQ(instance_of(kGood)->step("check", nothing, {}, {}, newer).end, plugin_host::StepEnd::waiting);
  EXPECT_EQ(instance_of(Bad{"exact_structs", {}}.file())->step("check", nothing, {}, {}, newer).end,
            plugin_host::StepEnd::failed);
}

TEST(TheBadConnectors, AreEachExplained) {
  const std::string text = text_of(README);
  for (const Bad& bad : bad_list()) EXPECT_NE(text.find("`" + bad.id + "`"), std::string::npos) << bad.id;
}

TEST(TheBadConnectors, ThatWaitInAStepTakeMoreThanFiftyMilliseconds) {
  EXPECT_GT(first_step(*instance_of(Bad{"slow_step", {}}.file()), "sc_1").elapsed_ns, 50'000'000);
}

}  // namespace
}  // namespace handoff::conformance

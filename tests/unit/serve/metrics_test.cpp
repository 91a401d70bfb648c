#include "core/serve/metrics.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace handoff::serve {
namespace {

const char* const kStatus = R"({
  "credits": {"total": 7, "by_state": {"complete": 5, "held": 2}},
  "oldest_under_way": {"age_ms": 61005},
  "hops": [{"hop": "books.record", "credits": 2, "age_ms": 999}],
  "asked_to_wait": [{"connector": "books", "code": "429", "effects": 3}],
  "cases": {"open": 2, "overdue": 1, "by_kind": {"vendor \"refused\"\nand\\": 2}, "oldest_age_ms": 5000},
  "effects": {"open": 4}, "webhooks": {"open": 0, "parked": 1}, "journal": {"rows": 123},
  "connectors": [{"connector": "books", "steps": 9, "misbehaved": 0}, {"connector": "cards", "steps": 1, "misbehaved": 2}],
  "failing": [{"connector": "cards", "age_ms": 1500}],
  "alerts": [{"channel": "mail", "working": false}], "disk_full": false, "disk_free_mb": 3})";

std::string page() {
  engine::EngineCounters counted;
  counted.submissions = 11;
  counted.outcomes[1] = 6;
  counted.rules[3] = 2;
  return metrics_text(*json::parse(kStatus), counted);
}

TEST(Metrics, TellTheNumbersOfTheStatus) {
  const std::string text = page();
  for (const char* line :
       {"handoff_credits{state=\"complete\"} 5\n", "handoff_credits{state=\"held\"} 2\n",
        "handoff_oldest_credit_seconds 61.005\n", "handoff_hop_credits{hop=\"books.record\"} 2\n",
        "handoff_hop_oldest_seconds{hop=\"books.record\"} 0.999\n",
        "handoff_effects_limited{connector=\"books\",code=\"429\"} 3\n", "handoff_cases_overdue 1\n",
        "handoff_connector_failing_seconds{connector=\"books\"} 0.000\n",
        "handoff_connector_failing_seconds{connector=\"cards\"} 1.500\n",
        "handoff_connector_misbehaved_total{connector=\"cards\"} 2\n",
        "handoff_alert_channel_working{channel=\"mail\"} 0\n", "handoff_disk_free_bytes 3145728\n",
        "handoff_journal_rows 123\n", "handoff_events_total 11\n", "handoff_outcomes_total{outcome=\"APPLIED\"} 6\n",
        "handoff_doubts_resolved_total{rule=\"3\"} 2\n"})
    EXPECT_TRUE(text.contains(line)) << line << text;
}

TEST(Metrics, EscapeWhatALabelMayNotHold) {
  EXPECT_TRUE(page().contains(R"(handoff_cases{kind="vendor \"refused\"\nand\\"} 2)")) << page();
}

/// The text format 0.0.4: a family is one block, its type comes before its values, and no line says anything twice.
TEST(Metrics, AreAPageThatAMonitorReads) {
  std::istringstream lines(page());
  std::set<std::string> families, values;
  std::string family, typed;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(families.insert(family).second) << line;
      EXPECT_TRUE(family.starts_with("handoff_")) << line;
    } else if (line.starts_with("# TYPE ")) {
      typed = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_EQ(typed, family);
      bool counts = line.ends_with(" counter");
      EXPECT_EQ(counts, family.ends_with("_total")) << line;
    } else {
      EXPECT_EQ(line.substr(0, line.find_first_of("{ ")), typed) << line;
      EXPECT_TRUE(values.insert(line.substr(0, line.rfind(' '))).second) << line;
    }
  }
  EXPECT_GT(families.size(), 20U);
}

TEST(Metrics, OfAHubThatHasNothingYetAreZeroAndNotMissing) {
  const std::string text = metrics_text(json::Value(json::Object()), {});
  for (const char* line :
       {"handoff_oldest_credit_seconds 0.000\n", "handoff_effects_open 0\n", "handoff_events_total 0\n"})
    EXPECT_TRUE(text.contains(line)) << line;
}

}  // namespace
}  // namespace handoff::serve

#include "core/serve/metrics.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/engine/judge.hpp"
#include "core/version.hpp"

namespace handoff::serve {

namespace {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

/// Milliseconds as seconds, which is the unit of every monitor.
std::string seconds(std::int64_t ms) {
  ms = std::max<std::int64_t>(ms, 0);
  std::string rest = std::to_string(1000 + ms % 1000);
  return std::to_string(ms / 1000) + "." + rest.substr(1);
}

std::int64_t whole(const json::Value& value) { return value.as_integer().value_or(0); }

class Page {
 public:
  void family(const char* name, const char* type, const char* help) {
    name_ = name;
    text_ += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
  }
  void value(const std::string& number, const Labels& labels = {}) {
    text_ += name_;
    for (const auto& [label, text] : labels)
      text_ += (&label == &labels.front().first ? "{" : ",") + std::string(label) + "=\"" + escaped(text) + "\"";
    text_ += (labels.empty() ? " " : "} ") + number + "\n";
  }
  void value(std::int64_t number, const Labels& labels = {}) { value(std::to_string(number), labels); }
  void value(std::uint64_t number, const Labels& labels = {}) { value(std::to_string(number), labels); }
  void one(const char* name, const char* type, const char* help, std::int64_t number) {
    family(name, type, help);
    value(number);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_, name_;
};

void credits(Page& page, const json::Value& status) {
  page.family("handoff_credits", "gauge", "Credits by state.");
  for (const auto& [state, count] : status.at("credits").at("by_state").as_object())
    page.value(whole(count), {{"state", state}});
  page.family("handoff_oldest_credit_seconds", "gauge", "Age of the oldest credit that is under way; 0 if none is.");
  page.value(seconds(whole(status.at("oldest_under_way").at("age_ms"))));
  page.family("handoff_hop_credits", "gauge", "Credits that wait at a hop.");
  for (const json::Value& hop : status.at("hops").as_array())
    page.value(whole(hop.at("credits")), {{"hop", hop.at("hop").as_string()}});
  page.family("handoff_hop_oldest_seconds", "gauge", "Age of the oldest credit that waits at a hop.");
  for (const json::Value& hop : status.at("hops").as_array())
    page.value(seconds(whole(hop.at("age_ms"))), {{"hop", hop.at("hop").as_string()}});
}

void work(Page& page, const json::Value& status) {
  const json::Value& cases = status.at("cases");
  page.family("handoff_cases", "gauge", "Open cases by kind.");
  for (const auto& [kind, count] : cases.at("by_kind").as_object()) page.value(whole(count), {{"kind", kind}});
  page.one("handoff_cases_overdue", "gauge", "Open cases behind their deadline.", whole(cases.at("overdue")));
  page.family("handoff_oldest_case_seconds", "gauge", "Age of the oldest open case; 0 if none is.");
  page.value(seconds(whole(cases.at("oldest_age_ms"))));
  page.one("handoff_effects_open", "gauge", "Effects that are not at their end.",
           whole(status.at("effects").at("open")));
  page.family("handoff_effects_limited", "gauge", "Effects that a vendor's limit keeps out.");
  for (const json::Value& one : status.at("asked_to_wait").as_array())
    page.value(whole(one.at("effects")),
               {{"connector", one.at("connector").as_string()}, {"code", one.at("code").as_string()}});
  page.family("handoff_webhooks", "gauge", "Notifications by state.");
  for (const auto& [state, count] : status.at("webhooks").as_object()) page.value(whole(count), {{"state", state}});
}

/// Of each connector, the well ones too: a line that is not there cannot be told from a name that was mistyped.
void connectors(Page& page, const json::Value& status) {
  auto failing = [&](std::string_view name) {
    for (const json::Value& one : status.at("failing").as_array())
      if (one.at("connector").as_string() == name) return whole(one.at("age_ms"));
    return std::int64_t{0};
  };
  page.family("handoff_connector_failing_seconds", "gauge", "How long a system has not answered; 0 where it does.");
  for (const json::Value& one : status.at("connectors").as_array())
    page.value(seconds(failing(one.at("connector").as_string())), {{"connector", one.at("connector").as_string()}});
  page.family("handoff_connector_steps_total", "counter", "Steps that a connector was asked for.");
  for (const json::Value& one : status.at("connectors").as_array())
    page.value(whole(one.at("steps")), {{"connector", one.at("connector").as_string()}});
  page.family("handoff_connector_misbehaved_total", "counter", "Steps in which a connector broke the contract.");
  for (const json::Value& one : status.at("connectors").as_array())
    page.value(whole(one.at("misbehaved")), {{"connector", one.at("connector").as_string()}});
  page.family("handoff_alert_channel_working", "gauge", "1 where the last alert on a channel arrived.");
  for (const json::Value& one : status.at("alerts").as_array())
    page.value(std::int64_t{one.at("working").as_bool()}, {{"channel", one.at("channel").as_string()}});
}

void machine(Page& page, const json::Value& status) {
  page.one("handoff_journal_rows", "gauge", "Rows of the journal.", whole(status.at("journal").at("rows")));
  page.one("handoff_disk_full", "gauge", "1 while nothing new is taken for want of room.",
           std::int64_t{status.at("disk_full").as_bool()});
  if (std::optional<std::int64_t> free = status.at("disk_free_mb").as_integer())
    page.one("handoff_disk_free_bytes", "gauge", "Room beside the store.", *free << 20);
}

void counted_since_start(Page& page, const engine::EngineCounters& counted) {
  auto count = [&](const char* name, const char* help, std::uint64_t number) {
    page.family(name, "counter", help);
    page.value(number);
  };
  count("handoff_events_total", "Events that sources told of, repeats too.", counted.submissions);
  count("handoff_repeats_total", "Events that were known already.", counted.duplicates);
  count("handoff_sends_total", "Writes sent to vendors, repeats too.", counted.attempts);
  page.family("handoff_outcomes_total", "counter", "What became of them.");
  for (auto outcome : {engine::Outcome::not_sent, engine::Outcome::applied, engine::Outcome::accepted,
                       engine::Outcome::rejected, engine::Outcome::unknown})
    page.value(counted.outcomes[static_cast<int>(outcome)], {{"outcome", engine::name(outcome)}});
  page.family("handoff_doubts_resolved_total", "counter", "Doubtful sends, by the rule that resolved them.");
  for (int rule : {1, 2, 3, 4, 5}) page.value(counted.rules[rule], {{"rule", std::to_string(rule)}});
  count("handoff_reads_total", "Reads sent to vendors.", counted.reads);
  count("handoff_commits_total", "Commits of the journal.", counted.commits);
}

}  // namespace

std::string metrics_text(const json::Value& status, const engine::EngineCounters& counted) {
  Page page;
  page.family("handoff_build_info", "gauge", "1, with the version that runs.");
  page.value(std::int64_t{1}, {{"version", kVersion}});
  credits(page, status);
  work(page, status);
  connectors(page, status);
  machine(page, status);
  counted_since_start(page, counted);
  return page.take();
}

}  // namespace handoff::serve

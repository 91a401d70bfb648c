// The plan as a manager reads it: how much, by whom, what waits for a word, and each action with its steps.

#include <algorithm>

#include "core/report/html_parts.hpp"
#include "core/report/plan.hpp"

namespace handoff::report {

namespace {

constexpr std::size_t kRowsMax = 3000;
constexpr std::string_view kRemedyWords[] = {
    "link to the customer", "say whose it is",           "go on at the hub",       "show in the shop anew",
    "send again",           "void and issue again",      "void what is too much",  "correct the entry",
    "adopt or take back",   "block until it is settled", "nothing can be done yet"};
constexpr std::string_view kByWords[] = {"the hub", "a person", "nobody yet"};
constexpr std::string_view kDecisionWords[] = {"will be done", "waits for your word", "left out", "by hand", "cannot"};

class PlanPage {
 public:
  explicit PlanPage(const Plan& plan) : plan_(plan) {}

  std::string run() {
    head();
    sums();
    remedies();
    actions();
    out_ += "</main><script>" + std::string(kScript) + "</script></body></html>\n";
    return std::move(out_);
  }

 private:
  std::int64_t count(auto matches) const { return std::ranges::count_if(plan_.actions, matches); }

  void head() {
    out_ +=
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light "
        "dark\"><title>Repair plan, " +
        plan_.as_of.substr(0, 10) + "</title><style>" + std::string(kStyle) + "</style></head><body><main>\n";
    out_ += "<h1>Repair plan</h1><p class=\"soft\">Made from the audit of " + escaped(plan_.as_of) +
            ". Plan <span class=\"mono\">" + escaped(plan_.id) +
            "</span>: a plan that is changed loses this number.</p>\n";
    if (!plan_.asked_hub) {
      out_ += "<p class=\"verdict\">" + grouped(static_cast<std::int64_t>(plan_.actions.size())) +
              " actions for people</p><p class=\"soft\">No hub was asked when this plan was made.</p>\n";
    } else {
      verdict();
    }
    if (plan_.in_flight > 0)
      out_ += "<p class=\"soft\">" + grouped(plan_.in_flight) +
              " findings are younger than the SLA: no gap yet, and not in this plan.</p>\n";
    std::string limits;
    for (const std::string& one : plan_.limits) limits += (limits.empty() ? "" : ", ") + one;
    if (!limits.empty())
      out_ += "<p class=\"soft\">A second person agrees to what is above " + escaped(limits) + ".</p>\n";
  }

  void verdict() {
    std::int64_t asks = count([](const PlanAction& one) { return one.decision == Decision::ask; });
    std::int64_t acts = count([](const PlanAction& one) { return one.decision == Decision::act; });
    out_ += "<p class=\"verdict\">" + grouped(acts) + " will be done by the hub, <span class=\"" +
            (asks > 0 ? "bad" : "good") + "\">" + grouped(asks) + " wait for your word</span>, " +
            grouped(count([](const PlanAction& one) { return one.by == By::person; })) + " are for people, " +
            grouped(count([](const PlanAction& one) { return one.by == By::nobody; })) + " nobody can do yet</p>\n";
  }

  void sums() {
    std::string rows;
    for (const PlanTotal& total : totals(plan_)) {
      int exponent = exponent_of(total.currency);
      auto cell = [&](const Tally& one) {
        return "<td class=\"n\">" + (one.items == 0 ? "&ndash;" : grouped_amount(one.minor, exponent)) +
               " <span class=\"soft\">" + (one.items == 0 ? "" : "in " + grouped(one.items)) + "</span></td>";
      };
      rows += "<tr><td>" + filter_link("money", total.currency, total.currency) + "</td>" +
              (plan_.asked_hub ? cell(total.by[0]) + cell(total.asks) : std::string()) + cell(total.by[1]) +
              cell(total.by[2]) + "</tr>\n";
    }
    auto title = [](const char* text) { return "<th class=\"n\">" + std::string(text) + "</th>"; };
    out_ += "<h2>How much</h2>\n<div class=\"card scroll\"><table><tr><th>currency</th>" +
            (plan_.asked_hub ? title("by the hub") + title("of it waiting for a word") : std::string()) +
            title("by people") + title("by nobody yet") + "</tr>" + rows + "</table></div>\n";
  }

  void remedies() {
    std::string rows;
    for (std::size_t r = 0; r < kRemedyNames.size(); ++r) {
      std::int64_t items = count([r](const PlanAction& one) { return index_of(one.remedy) == r; });
      if (items == 0) continue;
      rows += "<tr><td>" + filter_link("remedy", kRemedyNames[r], kRemedyWords[r]) + "</td><td class=\"n\">" +
              grouped(items) + "</td></tr>\n";
    }
    out_ += "<h2>What is done</h2>\n<div class=\"card scroll\"><table style=\"max-width:420px\">" + rows +
            "</table></div>\n";
  }

  void actions() {
    std::size_t shown = std::min(plan_.actions.size(), kRowsMax);
    out_ +=
        "<h2 id=\"items\">The actions</h2>\n<div class=\"controls\"><input id=\"find\" type=\"search\" "
        "placeholder=\"reference, store, word\" aria-label=\"Find\"><button id=\"what\" hidden></button><span "
        "id=\"count\" class=\"soft\"></span></div>";
    if (shown < plan_.actions.size())
      out_ += "<p class=\"soft\">The " + grouped(static_cast<std::int64_t>(shown)) + " largest of " +
              grouped(static_cast<std::int64_t>(plan_.actions.size())) + "; all are in the CSV.</p>";
    out_ +=
        "<div class=\"card scroll\"><table id=\"findings\"><thead><tr><th>decision</th><th>what</th><th>by</th><th "
        "class=\"n\">at stake</th><th>reference</th><th>store</th><th>cause</th><th>why and "
        "how</th></tr></thead><tbody>";
    for (std::size_t i = 0; i < shown; ++i) action(plan_.actions[i]);
    out_ += "</tbody></table></div>\n";
  }

  void action(const PlanAction& one) {
    bool asks = one.decision == Decision::ask;
    out_ += "<tr id=\"" + escaped(one.id) + "\" data-remedy=\"" + std::string(kRemedyNames[index_of(one.remedy)]) +
            "\" data-money=\"" + escaped(one.currency) + "\"><td>" + (asks ? "<strong>" : "") +
            std::string(kDecisionWords[index_of(one.decision)]) + (asks ? "</strong>" : "") + "</td><td>" +
            std::string(kRemedyWords[index_of(one.remedy)]) + "</td><td>" + std::string(kByWords[index_of(one.by)]) +
            "</td><td class=\"n\" data-n=\"" + decimal(size_of(one.stake, one.currency), 0) + "\">" +
            grouped_amount(one.stake, exponent_of(one.currency)) + " " + escaped(one.currency) +
            "</td><td class=\"mono\">" + escaped(one.reference.empty() ? "(none)" : one.reference) + "</td><td>" +
            escaped(one.store) + "</td><td><span class=\"tag\">" + std::string(kCauseNames[at(one.cause)]) +
            "</span></td><td>" + details(one) + "</td></tr>\n";
  }

  static std::string details(const PlanAction& one) {
    std::string out = "<details><summary>" + escaped(one.why) + "</summary><ol>";
    for (const std::string& step : one.steps) out += "<li>" + escaped(step) + "</li>";
    out += "</ol><ul>";
    if (!one.approval.empty()) out += "<li>a second person agrees: " + escaped(one.approval) + "</li>";
    for (const std::string& text : one.evidence) out += "<li>" + escaped(text) + "</li>";
    if (!one.customer.empty()) out += "<li>customer " + escaped(one.customer) + "</li>";
    if (!one.author.empty()) out += "<li>author " + escaped(one.author) + "</li>";
    if (one.hub) out += "<li>the hub's " + escaped(one.hub->credit) + ", " + escaped(one.hub->state) + "</li>";
    return out + "<li class=\"mono\">" + escaped(one.id) + "</li></ul></details>";
  }

  const Plan& plan_;
  std::string out_;
};

}  // namespace

std::string plan_html(const Plan& plan) { return PlanPage(plan).run(); }

}  // namespace handoff::report

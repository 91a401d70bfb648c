// The CSV beside a plan, as it comes back from a spreadsheet.

#include <algorithm>
#include <handoff/sdk/currency.hpp>
#include <handoff/sdk/money.hpp>
#include <map>

#include "core/reconcile/input.hpp"
#include "core/reconcile/plan.hpp"
#include "core/reconcile/rows.hpp"

namespace handoff::reconcile {

namespace {

using report::By;
using report::Decision;
using report::PlanAction;

constexpr std::string_view kColumns[] = {"id", "decision", "email", "phone", "loyalty", "stake"};
enum Column : std::size_t { id, decision, email, phone, loyalty, stake };

/// A spreadsheet keeps the apostrophe that guarded a "+1202...".
std::string unguarded(std::string_view field) {
  std::string_view text = trimmed(field);
  if (text.size() > 1 && text.front() == '\'') text.remove_prefix(1);
  return std::string(text);
}

class DecisionReader {
 public:
  DecisionReader(const std::string& path, const report::Plan& plan) : path_(path) {
    for (const PlanAction& one : plan.actions) actions_[one.id] = &one;
  }

  std::expected<std::map<std::string, Written>, std::string> run() {
    auto input = Input::open(path_);
    if (!input) return std::unexpected(input.error().text());
    if ((*input)->shape() != Shape::csv) return std::unexpected(path_ + ":1: is no CSV; save it as one");
    if (!find((*input)->header())) return std::unexpected(problem_);
    Block block;
    for (;;) {
      auto more = (*input)->next(block);
      if (!more) return std::unexpected(more.error().text());
      if (!*more) return std::move(out_);
      rows({block.bytes.data(), block.size}, (*input)->delimiter());
      if (!problem_.empty()) return std::unexpected(problem_);
    }
  }

 private:
  bool complain(const std::string& what) {
    problem_ = path_ + ":" + std::to_string(line_) + ": " + what;
    return false;
  }

  bool find(const std::vector<std::string>& header) {
    for (std::size_t c = 0; c < std::size(kColumns); ++c) {
      auto found = std::ranges::find(header, kColumns[c]);
      if (found == header.end()) return complain("has no column \"" + std::string(kColumns[c]) + "\"; keep the plan's");
      place_[c] = static_cast<std::size_t>(found - header.begin());
    }
    width_ = header.size();
    return true;
  }

  void rows(std::string_view text, char delimiter) {
    while (!text.empty() && problem_.empty()) {
      std::size_t end = 0;
      for (bool quoted = false; end < text.size() && (quoted || text[end] != '\n'); ++end)
        if (text[end] == '"') quoted = !quoted;
      std::string_view row = text.substr(0, end);
      ++line_;
      if (!trimmed(row).empty()) one(split_line(row.ends_with('\r') ? row.substr(0, row.size() - 1) : row, delimiter));
      line_ += static_cast<std::uint64_t>(std::ranges::count(row, '\n'));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  bool one(const std::vector<std::string>& fields) {
    if (fields.size() != width_)
      return complain("has " + std::to_string(fields.size()) + " fields, the header " + std::to_string(width_));
    auto field = [&](Column column) { return unguarded(fields[place_[column]]); };
    auto action = actions_.find(field(id));
    if (action == actions_.end()) return complain("'" + field(id) + "' is no action of this plan");
    const PlanAction& of = *action->second;
    if (out_.contains(of.id)) return complain(of.id + " stands there twice");
    auto amount = parse_decimal(field(stake), currency_exponent(of.currency).value_or(2));
    if (amount != of.stake)  // a spreadsheet drops zeros at the end, and nothing else
      return complain("the stake of " + of.id + " is " + Money(of.stake, of.currency).text() + " in the plan, not " +
                      field(stake) + ": amounts are the audit's");
    auto word = std::ranges::find(report::kDecisionNames, field(decision));
    if (word == report::kDecisionNames.end())
      return complain("'" + field(decision) + "' is no decision; write do, ask, skip or hand");
    Written written{static_cast<Decision>(word - report::kDecisionNames.begin()), field(email), field(phone),
                    field(loyalty)};
    if (written.decision == Decision::act && of.by != By::hub)
      return complain(of.id + " cannot be 'do': " + of.why + "; write hand or skip");
    bool named = !written.email.empty() || !written.phone.empty() || !written.loyalty.empty();
    if (written.decision == Decision::act && of.needs_customer && !named)
      return complain(of.id + " needs the customer: fill in email, phone or loyalty");
    out_[of.id] = std::move(written);
    return true;
  }

  std::string path_, problem_;
  std::map<std::string, const PlanAction*> actions_;
  std::array<std::size_t, std::size(kColumns)> place_{};
  std::size_t width_ = 0;
  std::uint64_t line_ = 1;
  std::map<std::string, Written> out_;
};

}  // namespace

std::expected<std::map<std::string, Written>, std::string> read_decisions(const std::string& path,
                                                                          const report::Plan& plan) {
  return DecisionReader(path, plan).run();
}

}  // namespace handoff::reconcile

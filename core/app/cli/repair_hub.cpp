#include "core/app/cli/repair_hub.hpp"

#include <handoff/sdk/money.hpp>

#include "core/app/cli/words.hpp"

namespace handoff::cli {

std::expected<json::Value, Failure> traced(const Hub& hub, const std::string& what) {
  return hub.need("GET", "/v1/trace/" + percent_encoded(what));
}

std::expected<json::Value, Failure> traced(const Hub& hub, const report::Finding& finding) {
  Money amount(finding.amount, finding.currency);
  std::string day = finding.issued_at.substr(0, 10),
              target = "/v1/receipts?reference=" + percent_encoded(finding.reference);
  for (const auto& [name, text] : {std::pair("transaction", finding.transaction),
                                   {"line", finding.line},
                                   {"store", finding.store},
                                   {"terminal", finding.terminal},
                                   {"business_date", finding.business_date},
                                   {"issued_on", day},
                                   {"amount", amount.decimal()},
                                   {"currency", finding.currency}})
    if (!text.empty()) target += std::string("&") + name + "=" + percent_encoded(text);
  return hub.need("GET", target);
}

bool has_reference(const report::Finding& finding) {
  return !finding.reference.empty() && !finding.reference.starts_with("\xe2\x80\xa6");
}

bool is_near(const Failure& why) { return why.code == "unlike" || why.code == "ambiguous"; }

report::HubView hub_view(const json::Value& trace) {
  const json::Value& credit = trace.at("credit");
  report::HubView out;
  out.credit = text_of(credit.at("ref"));
  out.state = text_of(credit.at("state"));
  if (const json::Value& issued = credit.at("amount"); issued.is_object())
    out.amount = text_of(issued.at("amount")) + " " + text_of(issued.at("currency"));
  out.available = text_of(credit.at("available").at("amount"));
  out.customer = text_of(credit.at("customer"));
  out.repairs = static_cast<std::int64_t>(trace.at("repairs").as_array().size());
  for (const json::Value& one : trace.at("cases").as_array()) {
    std::string kind = text_of(one.at("kind"));
    bool goes_on = kind == "sla" || kind == "gap";  // late, or what an audit found: nothing of it is held
    if (text_of(one.at("state")) != "open" || out.case_no != 0 || goes_on) continue;
    out.case_no = number_of(one.at("case"));
    out.case_kind = std::move(kind);
  }
  return out;
}

std::string changes(const report::HubView& seen, const report::HubView& now) {
  std::string out;
  auto compare = [&out](const char* what, const std::string& was, const std::string& is) {
    if (was == is) return;
    out += (out.empty() ? "" : "; ") + std::string(what) + (is.empty() ? "none" : is) + ", was " +
           (was.empty() ? "none" : was);
  };
  compare("it is ", seen.state, now.state);
  compare("its balance is ", seen.available, now.available);
  compare("its customer is ", seen.customer, now.customer);
  compare("its repairs are ", std::to_string(seen.repairs), std::to_string(now.repairs));
  compare("its open case is ", seen.case_no == 0 ? "" : std::to_string(seen.case_no) + " " + seen.case_kind,
          now.case_no == 0 ? "" : std::to_string(now.case_no) + " " + now.case_kind);
  return out;
}

const json::Value& case_in(const json::Value& trace, std::int64_t number) {
  static const json::Value kNone;
  for (const json::Value& one : trace.at("cases").as_array())
    if (number_of(one.at("case")) == number) return one;
  return kNone;
}

}  // namespace handoff::cli

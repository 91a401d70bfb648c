#include "core/serve/register_words.hpp"

#include <algorithm>

namespace handoff::serve {

namespace {

std::string key_of(const engine::Standing& standing) {
  auto is = [&](std::initializer_list<std::string_view> reasons) {
    return std::ranges::find(reasons, standing.reason) != reasons.end();
  };
  if (standing.status == "confirmed") return "confirmed";
  if (standing.status == "rejected")
    return is({"cancelled", "spent", "conflict", "collision"}) ? standing.reason : "rejected";
  if (is({"no_route", "cancelling"})) return standing.reason;
  if (is({"under_review"}) && standing.decision == "manual_link") return "another_customer";
  if (!standing.decision.empty() && standing.decision != "hold") return standing.decision;
  return is({"", "pending"}) ? "hold" : "under_review";
}

std::string english(const std::string& key) {
  if (key == "confirmed") return "The credit is in the customer's account.";
  if (key == "cancelled") return "This credit was cancelled.";
  if (key == "cancelling")
    return "It is being taken back. Pay nothing out for it before it says that it was cancelled.";
  if (key == "spent")
    return "It was cancelled after it had been spent. Pay nothing out for what was spent; call the help desk.";
  if (key == "another_customer")
    return "This credit is with another customer already and will not arrive here. The help desk looks into it.";
  if (key == "rejected" || key == "conflict" || key == "collision") return "Do not hand out this credit.";
  if (key == "reenter_identifier")
    return "Ask for e-mail, phone with country code or loyalty number and send the same transaction again.";
  if (key == "no_route")
    return "Accepted, but it does not go on by itself. Head office sees it; give the customer the receipt.";
  if (key == "manual_link") return "Give the customer the receipt; the store links the credit today.";
  if (key == "supervisor") return "Call a supervisor before the customer leaves.";
  if (key == "under_review")
    return "Accepted, but somebody looks into it before it arrives. Give the customer the receipt.";
  if (key == "taken") return "Accepted. Whether it arrives is told later.";
  return "Accepted; it will arrive. Give the customer the receipt.";
}

}  // namespace

RegisterWords::RegisterWords(const config::Settings& settings) {
  for (const auto& [id, store] : settings.stores)
    if (!store.locale->empty()) locales_[id] = *store.locale;
  for (const auto& [locale, messages] : settings.messages)
    for (const auto& [key, text] : messages) messages_[locale][key] = *text;
}

/// In the store's locale, else in its language; null: it is not written there.
const std::string* RegisterWords::of_the_store(const std::string& key, const std::string& store) const {
  auto known = locales_.find(store);
  if (known == locales_.end()) return nullptr;
  for (const std::string& language : {known->second, known->second.substr(0, known->second.find('-'))}) {
    auto messages = messages_.find(language);
    if (messages == messages_.end()) continue;
    if (auto text = messages->second.find(key); text != messages->second.end()) return &text->second;
  }
  return nullptr;
}

std::string RegisterWords::taken(const std::string& store) const {
  const std::string* written = of_the_store("taken", store);
  return written ? *written : english("taken");
}

std::string RegisterWords::instruction(const engine::Standing& standing, const std::string& store) const {
  std::string key = key_of(standing);
  bool about_money = key == "conflict" || key == "collision" || key == "spent";
  if (!standing.problem.empty() && !about_money) return standing.problem;
  if (key == "spent") {
    const std::string* written = of_the_store(key, store);
    return (written ? *written : english(key)) + " (" + standing.problem + ")";
  }
  if (const std::string* written = of_the_store(key, store)) return *written;
  if (standing.problem.empty()) return english(key);
  // The cashier first, then whoever looks into it.
  const std::string* rejected = of_the_store("rejected", store);
  return (rejected ? *rejected : english("rejected")) + " (" + standing.problem + ")";
}

}  // namespace handoff::serve

#include "message.hpp"

namespace handoff::teams {

namespace {

constexpr std::size_t kButtonsMax = 3;

/// Both elements read Markdown. What a vendor or a store wrote shall not become a link that looks like ours.
std::string without_links(std::string text) {
  for (std::size_t at = 0; (at = text.find("](", at)) != std::string::npos; ++at) text.insert(at + 1, " ");
  return text;
}

json::Object block(const std::string& text) {
  json::Object out;
  out.set("type", "TextBlock").set("text", without_links(text)).set("wrap", true);
  return out;
}

json::Value facts(const NotifyInput& alert) {
  json::Array list;
  for (const NoticeCredit& credit : alert.credits)
    list.emplace_back(json::Object{{"title", credit.ref}, {"value", without_links(credit.facts)}});
  json::Object out;
  out.set("type", "FactSet").set("facts", std::move(list));
  return json::Value(std::move(out));
}

json::Array buttons(const NotifyInput& alert) {
  json::Array out;
  for (const NoticeCredit& credit : alert.credits) {
    if (credit.link.empty() || out.size() == kButtonsMax) continue;
    json::Object open;
    open.set("type", "Action.OpenUrl").set("title", "Open " + credit.ref).set("url", credit.link);
    out.emplace_back(std::move(open));
  }
  return out;
}

json::Value card_of(const NotifyInput& alert) {
  json::Object title = block(alert.title);
  title.set("weight", "Bolder").set("size", "Medium");
  json::Array body;
  body.emplace_back(std::move(title));
  if (!alert.summary.empty()) body.emplace_back(block(alert.summary));
  body.emplace_back(block("What to do: " + alert.action));
  if (!alert.credits.empty()) body.push_back(facts(alert));
  std::int64_t more = alert.count - static_cast<std::int64_t>(alert.credits.size());
  if (more > 0 && !alert.credits.empty()) body.emplace_back(block("and " + std::to_string(more) + " more"));
  json::Object card;
  card.set("$schema", "http://adaptivecards.io/schemas/adaptive-card.json").set("type", "AdaptiveCard");
  card.set("version", "1.2").set("body", std::move(body));
  if (json::Array open = buttons(alert); !open.empty()) card.set("actions", std::move(open));
  return json::Value(std::move(card));
}

}  // namespace

json::Value to_message(const NotifyInput& alert) {
  json::Object attachment;
  attachment.set("contentType", "application/vnd.microsoft.card.adaptive").set("contentUrl", nullptr);
  attachment.set("content", card_of(alert));
  json::Object out;
  out.set("type", "message").set("attachments", json::Array{json::Value(std::move(attachment))});
  return json::Value(std::move(out));
}

}  // namespace handoff::teams

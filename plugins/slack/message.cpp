#include "message.hpp"

namespace handoff::slack {

namespace {

std::string line_of(const NoticeCredit& credit) {
  std::string name = credit.link.empty() ? "`" + escaped(credit.ref) + "`"
                                         : "<" + escaped(credit.link) + "|" + escaped(credit.ref) + ">";
  return "\n• " + name + "  " + escaped(credit.facts);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return out;
}

json::Value to_message(const NotifyInput& alert) {
  std::string text = "*" + escaped(alert.title) + "*";
  if (!alert.summary.empty()) text += "\n" + escaped(alert.summary);
  text += "\n*What to do:* " + escaped(alert.action);
  for (const NoticeCredit& credit : alert.credits) text += line_of(credit);
  std::int64_t more = alert.count - static_cast<std::int64_t>(alert.credits.size());
  if (more > 0 && !alert.credits.empty()) text += "\nand " + std::to_string(more) + " more";
  json::Object body;
  body.set("text", text).set("unfurl_links", false);
  return json::Value(std::move(body));
}

}  // namespace handoff::slack

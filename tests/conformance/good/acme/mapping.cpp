#include "mapping.hpp"

namespace acme {

using namespace handoff;

std::string code_of(const Reply& reply) {
  std::string code = std::to_string(reply.status());
  std::string theirs(reply.json().at("code").as_string());
  return theirs.empty() ? code : code + "/" + theirs;
}

std::optional<Signature> to_signature(std::string_view header) {
  std::size_t comma = header.find(",v1=");
  if (!header.starts_with("t=") || comma == std::string_view::npos) return std::nullopt;
  Signature out;
  out.seconds = header.substr(2, comma - 2);
  out.mac = header.substr(comma + 4);
  std::optional<std::int64_t> ms = parse_decimal(out.seconds, 3);
  if (!ms || out.mac.empty()) return std::nullopt;
  out.at_ms = *ms;
  return out;
}

Hint to_hint(std::string_view body) {
  json::Parsed parsed = json::parse(body);
  if (!parsed) throw Failure(Failed::unreadable, "the notification is not JSON");
  Hint out;
  out.id = parsed->at("id").as_string();
  out.type = parsed->at("type").as_string();
  out.object = parsed->at("object").as_string();
  if (out.id.empty() || out.object.empty()) throw Failure(Failed::unreadable, "the notification names no event");
  return out;
}

SourceEvent to_event(const json::Value& event) {
  SourceEvent out;
  out.kind = "credit.issued";
  out.unique_id = event.at("id").as_string();
  out.store = event.at("store").as_string();
  out.terminal = event.at("terminal").as_string();
  out.business_date = event.at("date").as_string();
  out.transaction = event.at("receipt").as_string();
  out.line = "1";  // a receipt of Acme's has one credit
  out.balance_type = "refund";
  out.email = event.at("email").as_string();
  if (out.unique_id.empty() || out.business_date.empty() || event.at("at").as_string().empty())
    throw Failure(Failed::unreadable, "the event lacks its id or its time");
  return out;
}

}  // namespace acme

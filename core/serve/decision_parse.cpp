#include "core/serve/decision_parse.hpp"

#include <algorithm>
#include <array>

#include "core/serve/request_body.hpp"

namespace handoff::serve {

namespace {

using Kind = engine::Command::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 8> kDecisions = {{{"link", Kind::link_customer},
                                                                          {"retry", Kind::retry},
                                                                          {"close", Kind::close_case},
                                                                          {"approve", Kind::approve},
                                                                          {"refuse", Kind::refuse},
                                                                          {"settle", Kind::settle},
                                                                          {"assign", Kind::assign},
                                                                          {"note", Kind::note}}};

constexpr std::array<std::string_view, 5> kPerson = {"email", "phone", "loyalty", "candidate", "reason"};
constexpr std::array<std::string_view, 3> kSettled = {"happened", "instrument", "reason"};
constexpr std::array<std::string_view, 2> kAssigned = {"to", "from"};
constexpr std::array<std::string_view, 1> kNoted = {"text"}, kReasoned = {"reason"};

std::span<const std::string_view> members_of(Kind kind) {
  if (kind == Kind::link_customer || kind == Kind::repair) return kPerson;
  if (kind == Kind::settle) return kSettled;
  if (kind == Kind::assign) return kAssigned;
  if (kind == Kind::note) return kNoted;
  return kReasoned;
}

}  // namespace

std::optional<Kind> decision_of(std::string_view word) {
  auto known = std::ranges::find(kDecisions, word, &std::pair<std::string_view, Kind>::first);
  return known == kDecisions.end() ? std::nullopt : std::optional(known->second);
}

std::expected<engine::Command, std::string> parse_decision(Kind kind, std::string_view text) {
  auto value = parse_object(text.empty() ? "{}" : text);
  if (!value) return std::unexpected(value.error());
  Body body(*value);
  body.known(members_of(kind));
  engine::Command order;
  order.kind = kind;
  order.email = body.email();
  order.phone = body.identifier("phone");
  order.loyalty = body.identifier("loyalty");
  order.candidate = body.number("candidate");
  if (order.candidate != 0 && !(order.email.empty() && order.phone.empty() && order.loyalty.empty()))
    body.complain("candidate", "says who the customer is; leave out email, phone and loyalty, or the candidate");
  order.text = body.words(kind == Kind::assign ? "to" : kind == Kind::note ? "text" : "reason");
  order.name = body.words("from");
  if (kind == Kind::settle) {
    order.happened = body.truth("happened");
    order.instrument = body.text("instrument", false);
  }
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return order;
}

std::expected<engine::Command, std::string> parse_token(std::string_view text) {
  auto value = parse_object(text);
  if (!value) return std::unexpected(value.error());
  static constexpr std::array<std::string_view, 3> kMembers = {"role", "store", "name"};
  Body body(*value);
  body.known(kMembers);
  engine::Command order;
  order.kind = Kind::add_token;
  order.role = body.text("role", true);
  order.store = body.text("store", false);
  order.name = body.text("name", false);
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return order;
}

}  // namespace handoff::serve

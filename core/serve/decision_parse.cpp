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

}  // namespace

std::optional<Kind> decision_of(std::string_view word) {
  auto known = std::ranges::find(kDecisions, word, &std::pair<std::string_view, Kind>::first);
  return known == kDecisions.end() ? std::nullopt : std::optional(known->second);
}

std::expected<engine::Command, std::string> parse_decision(Kind kind, std::string_view text) {
  auto value = parse_object(text.empty() ? "{}" : text);
  if (!value) return std::unexpected(value.error());
  Body body(*value);
  engine::Command order;
  order.kind = kind;
  order.email = body.email();
  order.phone = body.identifier("phone");
  order.loyalty = body.identifier("loyalty");
  order.candidate = body.number("candidate");
  order.text = body.words(kind == Kind::assign ? "to" : kind == Kind::note ? "text" : "reason");
  order.name = body.words("from");
  if (kind == Kind::settle) {
    order.happened = body.truth("happened");
    order.instrument = body.text("instrument", false);
  }
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return order;
}

}  // namespace handoff::serve

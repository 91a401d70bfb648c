#pragma once
// The register's side of the hub (DESIGN 6): POST /v1/register/credits where the hub issues, /confirmations where the
// register did, /cancellations; GET /v1/register/credits/{id}. An answer inside the deadline, always.

#include <expected>

#include "core/net/server.hpp"
#include "core/serve/hub.hpp"

namespace handoff::serve {

/// A credit as a register sends it, checked: exact money, known currency, a real date, lengths. The error names the
/// member: "amount: write a decimal string such as \"25.00\"".
/// `by_register`: it must name the instrument as well (D8).
enum class Issued { by_hub, by_register };
std::expected<SourceEvent, std::string> parse_register_credit(std::string_view body, Issued issued = Issued::by_hub);
/// The identity alone: transaction, line, business_date, store, terminal.
std::expected<SourceEvent, std::string> parse_register_cancellation(std::string_view body);
/// A movement of a credit's value: which credit, by its id or its instrument, and where. No amount: it is read.
std::expected<SourceEvent, std::string> parse_register_movement(std::string_view body);

/// {"id","status","decision","reason","instruction","duplicate"}; `instruction` is what the cashier does now.
json::Value standing_json(const engine::Standing& standing);

/// Handles one request of the register listener. [io thread]
void handle_register(Hub& hub, net::IoLoop& loop, net::ServerRequest&& request, net::Responder responder);

}  // namespace handoff::serve

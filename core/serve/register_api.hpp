#pragma once
// The register's side of the hub (DESIGN 6; docs/reference/register-api.yaml): credits where the hub issues, confirmations
// where the register did, batches of what was given out offline, cancellations, movements; how a credit stands, and a
// stream of what happened since. An answer inside the deadline, always.

#include <expected>

#include "core/net/server.hpp"
#include "core/serve/register_words.hpp"
#include "core/serve/watch.hpp"

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

/// A credit that a person gives out of goodwill: amount, reason, store, and a key of the caller's that makes a repeat safe.
std::expected<SourceEvent, std::string> parse_manual_credit(std::string_view body);

/// {"id","status","decision","reason","instruction","duplicate"}; `instruction`: what the cashier does now.
json::Value standing_json(const engine::Standing& standing, const std::string& instruction);

/// How far a credit's business date may be from today, in the retailer's time.
struct BusinessDates {
  std::int64_t back_days = 3650, ahead_days = 366, utc_offset_ms = 0;
};

/// Why the date is none of a credit that is issued now: "business_date: 1926-11-23 is more than 400 days ago; ...". Empty: it
/// may be. `date` is a date.
std::string far_off(std::string_view date, const BusinessDates& dates, std::int64_t now_ms);

/// What the register listener works with; outlives every request.
struct RegisterDesk {
  RegisterDesk(Hub& of_hub, net::IoLoop& of_loop, RegisterWords said, std::shared_ptr<Watch> watching,
               BusinessDates taken, std::vector<std::string> of_retailer)
      : hub(of_hub),
        loop(of_loop),
        words(std::move(said)),
        watch(std::move(watching)),
        dates(taken),
        stores(std::move(of_retailer)) {}
  Hub& hub;
  net::IoLoop& loop;
  RegisterWords words;
  std::shared_ptr<Watch> watch;
  BusinessDates dates;
  std::vector<std::string> stores;  // that are configured; none: any
};

/// Handles one request of the register listener. [io thread]
void handle_register(RegisterDesk& desk, net::ServerRequest&& request, net::Responder responder);

}  // namespace handoff::serve

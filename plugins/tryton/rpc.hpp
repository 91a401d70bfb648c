#pragma once
// Tryton's JSON-RPC: how a call is written, and its typed values. Source: trytond/protocols/jsonrpc.py, dispatcher.py.

#include <handoff/sdk/call.hpp>

namespace handoff::tryton {

/// POST /{database}/ with exactly the members id, method and params: with any others the server answers in another
/// form. `method` is "account.move.create"; the context, which names the company, becomes the last of the parameters.
Request rpc(Retry retry, std::string label, const std::string& database, std::string_view method, json::Array params,
            std::int64_t company);

/// search_read: rows of `model` that fit the domain, by ascending id.
Request search_read(std::string label, const std::string& database, std::string_view model, json::Array domain,
                    std::int64_t limit, const std::vector<std::string>& fields, std::int64_t company);

/// One clause of a domain: ["code", "=", "2450"].
json::Value clause(std::string_view field, std::string_view op, json::Value value);

/// {"__class__": "Decimal", "decimal": "25.00"}
json::Value decimal(const Money& amount);
/// Nothing if it is no Decimal, or finer than the currency.
std::optional<Money> to_money(const json::Value& decimal, const std::string& currency);

/// Of "2026-11-23"; nothing if it is no date.
std::optional<json::Value> date(std::string_view iso);
/// "2026-11-23"; empty if it is none.
std::string to_iso(const json::Value& date);
/// In UTC, as the server keeps times.
json::Value datetime(std::int64_t unix_ms);

/// An id as text: they are numbers. Empty if it is none.
std::string id_of(const json::Value& id);
/// And back. Throws Failure(unreadable) if it is none: what this server calls a record is a number.
json::Value to_id(const std::string& id);
/// SQLite says 1, PostgreSQL true.
bool truth(const json::Value& flag);

}  // namespace handoff::tryton

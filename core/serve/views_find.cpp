// Which credit a person means.

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/model/identity.hpp"
#include "core/serve/views.hpp"
#include "core/serve/views_next.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kCandidatesMax = 6;
constexpr std::size_t kCodeLength = 26;       // of one that the hub made
constexpr std::int64_t kIssuesMax = 200'000;  // a second's work

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value <= 0) return std::nullopt;
  return value;
}

/// What finds a credit where only this is known of it.
std::string better_way(std::string_view what) {
  auto digits = std::ranges::count_if(what, [](unsigned char c) { return std::isdigit(c) != 0; });
  if (what.contains('@'))
    return ". By an e-mail: handoff identity explain --email " + std::string(what) +
           " lists the customer's, and what waits";
  if (what.starts_with('+') && digits > 6)
    return ". By a phone: handoff identity explain --phone " + std::string(what) +
           " lists the customer's, and what waits";
  if (what.starts_with('*') || what.size() == 4)
    return ". The end of a code finds nothing: give the whole code, or handoff credits --store S --on DATE --amount "
           "\"25.00 USD\"";
  return {};
}

ViewError not_found(const std::string& what) { return {"not_found", what}; }

ViewError several(journal::Reader& read, std::string_view what, const std::vector<std::int64_t>& found) {
  std::string list;
  std::size_t shown = std::min<std::size_t>(found.size(), kCandidatesMax - 1);
  for (std::size_t i = 0; i < shown; ++i)
    if (std::optional<journal::CreditRow> credit = read.credit(found[i]))
      list += "\n  " + credit->ref + "  " + credit->amount.text() + ", " + receipt(*credit);
  if (shown < found.size()) list += "\n  and more";
  return {"ambiguous",
          "more than one credit is known as '" + std::string(what) + "'; name one by its reference:" + list};
}

}  // namespace

std::optional<journal::CreditRow> credit_by_code(journal::Reader& read, const crypto::Vault& vault,
                                                 std::string_view code) {
  std::string small(code);
  std::erase_if(small, [](char c) { return c == '-' || c == ' '; });
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (small.size() != kCodeLength) return std::nullopt;
  std::int64_t no =
      read.issue_where(kIssuesMax, [&](std::string_view tuple) { return vault.instrument_code(tuple) == small; });
  return no == 0 ? std::nullopt : read.credit(no);
}

std::expected<journal::CreditRow, ViewError> find_credit(journal::Reader& read, std::string_view what) {
  std::string quoted = "'" + std::string(what) + "'";
  std::string small(what);
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (small.starts_with("sc_")) {  // an audit writes references in upper case
    std::optional<std::string> id = credit_id_from_ref(small);
    if (!id) return std::unexpected(not_found(quoted + " is not a whole reference: \"sc_\" and 23 characters"));
    if (std::optional<journal::CreditRow> credit = read.credit_by_id(*id)) return *credit;
    return std::unexpected(not_found("no credit " + quoted + " in this store"));
  }
  bool only_number = what.starts_with('#');
  std::optional<std::int64_t> no = number(only_number ? what.substr(1) : what);
  std::vector<std::int64_t> found;
  if (!only_number) found = read.credits_known_as(what, kCandidatesMax);
  if (only_number && no)
    found = {*no};  // a transaction is a number, too: the hub's own is meant only where it is written so
  if (found.size() > 1) return std::unexpected(several(read, what, found));
  std::optional<journal::CreditRow> credit = found.empty() ? std::nullopt : read.credit(found.front());
  if (credit) return *credit;
  if (no && !only_number && read.credit(*no))
    return std::unexpected(not_found("no transaction and no id of a system is " + quoted +
                                     "; for the credit that is number " + std::to_string(*no) +
                                     " in this store: handoff trace '#" + std::to_string(*no) + "'"));
  return std::unexpected(not_found("no credit is known as " + quoted +
                                   "; give a reference (sc_...), a transaction, or an id that a system gave it" +
                                   better_way(what)));
}

}  // namespace handoff::serve

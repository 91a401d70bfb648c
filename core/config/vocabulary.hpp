#pragma once
// The closed sets of words in the configuration, each beside what it means here.

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "core/model/conversion.hpp"

namespace handoff::config {

enum class Role { pos, platform, payments, erp, storefront, notify, customers };
enum class Isolation { host_decides, none, process };  // host_decides: our own plugins none, others process
enum class Platform { issue, observe };
enum class Otherwise { hold, reenter_identifier, manual_link, supervisor };
enum class ConfirmAfter { linked, verified };
enum class Verify { none, read_back };
enum class Status { confirmed, accepted, rejected };
enum class ChannelKind { mail, webhook, connector };
enum class MailTls { starttls, tls, none };
enum class CheckDigit { none, luhn, mod11, mod97 };
enum class Repair { relink, reissue };  // reissue: void, confirm the void, issue again where relinking is impossible

template <class Enum, std::size_t N>
using Words = std::array<std::pair<std::string_view, Enum>, N>;

inline constexpr Words<Role, 7> kRoles = {{{"pos", Role::pos},
                                           {"platform", Role::platform},
                                           {"payments", Role::payments},
                                           {"erp", Role::erp},
                                           {"storefront", Role::storefront},
                                           {"notify", Role::notify},
                                           {"customers", Role::customers}}};
inline constexpr Words<Isolation, 2> kIsolations = {{{"none", Isolation::none}, {"process", Isolation::process}}};
inline constexpr Words<Platform, 2> kPlatforms = {{{"issue", Platform::issue}, {"observe", Platform::observe}}};
inline constexpr Words<Otherwise, 4> kOtherwise = {{{"hold", Otherwise::hold},
                                                    {"reenter_identifier", Otherwise::reenter_identifier},
                                                    {"manual_link", Otherwise::manual_link},
                                                    {"supervisor", Otherwise::supervisor}}};
inline constexpr Words<ConfirmAfter, 2> kConfirmAfter = {
    {{"linked", ConfirmAfter::linked}, {"verified", ConfirmAfter::verified}}};
inline constexpr Words<Verify, 2> kVerify = {{{"none", Verify::none}, {"read_back", Verify::read_back}}};
inline constexpr Words<Status, 3> kStatuses = {
    {{"confirmed", Status::confirmed}, {"accepted", Status::accepted}, {"rejected", Status::rejected}}};
inline constexpr Words<CheckDigit, 4> kCheckDigits = {{{"none", CheckDigit::none},
                                                       {"luhn", CheckDigit::luhn},
                                                       {"mod11", CheckDigit::mod11},
                                                       {"mod97", CheckDigit::mod97}}};
inline constexpr Words<ChannelKind, 3> kChannelKinds = {
    {{"mail", ChannelKind::mail}, {"webhook", ChannelKind::webhook}, {"connector", ChannelKind::connector}}};
inline constexpr Words<MailTls, 3> kMailTls = {
    {{"starttls", MailTls::starttls}, {"tls", MailTls::tls}, {"none", MailTls::none}}};
inline constexpr Words<Rounding, 3> kRoundings = {
    {{"half_up", Rounding::half_up}, {"half_even", Rounding::half_even}, {"down", Rounding::down}}};
inline constexpr Words<Repair, 2> kRepairs = {{{"relink", Repair::relink}, {"reissue", Repair::reissue}}};

/// The events a source can report (INVARIANTS A, "source event").
inline constexpr std::array<std::string_view, 5> kEvents = {"credit.issued", "credit.cancelled", "credit.adjusted",
                                                            "credit.redeemed", "credit.refunded"};

/// What a cashier is told: outcomes and decisions.
inline constexpr std::array<std::string_view, 15> kMessages = {
    "confirmed",   "rejected",   "conflict",        "collision",    "cancelled", "cancelling",
    "spent",       "hold",       "taken",           "under_review", "no_route",  "reenter_identifier",
    "manual_link", "supervisor", "another_customer"};

/// Who can own a case.
inline constexpr std::array<std::string_view, 3> kCaseRoles = {"store", "ops", "supervisor"};

/// The operations a hop can be.
inline constexpr std::array<std::string_view, 8> kHopOperations = {"issue",   "freeze", "unfreeze", "void",
                                                                   "reverse", "record", "mirror",   "read"};

/// The word for a value: text(kRoles, Role::erp) is "erp"; empty if there is none.
template <class Enum, std::size_t N>
constexpr std::string_view text(const Words<Enum, N>& words, Enum value) {
  for (const auto& [word, meaning] : words)
    if (meaning == value) return word;
  return {};
}

}  // namespace handoff::config

#pragma once
// Typing errors: one letter or digit more, less or another, or two neighbours exchanged. They rank candidates for a
// person to look at, and never decide.

#include <string_view>

namespace handoff::identity {

/// One edit or one exchange of letters (code points) apart; equal texts are not.
bool one_slip_apart(std::string_view a, std::string_view b);
/// The same name at a domain one slip away (gmial.com) or cut off (gmail), or a name one slip away at the same domain.
bool email_near(std::string_view a, std::string_view b);
/// Their digits, without extensions.
bool phone_near(std::string_view a, std::string_view b);

}  // namespace handoff::identity

#pragma once
// What goes wrong with answers: bodies nobody can read, single members that differ, and every shape of Retry-After.

#include <functional>
#include <handoff/sdk/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace handoff::conformance {

struct Body {
  std::string name;  // "an HTML page"
  std::string text;
};

/// Made from a readable body: cut in the middle, a byte short, empty, HTML, binary, far too deep, far too long, ...
std::vector<Body> unreadable_bodies(const std::string& good);
/// The same of a readable body that is no JSON. What ends where its lines end is not cut: nobody could tell.
std::vector<Body> unreadable_texts(const std::string& good);
/// JSON, but of another shape: {}, [], null, a number, a text.
std::vector<Body> other_shapes();

struct Change {
  std::string path;    // "gift.amount"; of XML "amount[byte 40]"; of another body that is no JSON "value at byte 40"
  std::string body;    // the whole body with that one value changed
  std::string was;     // the value as it stood: "25.00"
  std::size_t at = 0;  // of a body that is no JSON: its place
};

/// Every text, number and truth of a JSON body changed alone: "25.00" to "25.01", 7 to 8, true to false, "live" to
/// "kit-other". A JSON text inside a text (a vendor's custom field) is changed inside. Of any other body (XML, lines of
/// values) what stands between its marks.
std::vector<Change> single_changes(const std::string& good);

/// Each text and truth in a body of JSON or XML that is a member of that name, changed alone to `value`.
std::vector<Change> changes_to(const std::string& good, const std::string& member, const std::string& value);

/// Each value of the body that holds the amount, changed alone to what is no number.
std::vector<Change> spoilt_amounts(const std::string& good, const json::Value& amount);

/// Each text and number of the body that is `was`, changed alone to `to`.
std::vector<Change> changes_from(const std::string& good, const std::string& was, const std::string& to);

/// What stands in the place of a text or a number, as it is written; nothing: it stays.
using OtherText = std::function<std::optional<std::string>(const std::string& was)>;
/// The body with every text and number changed at once.
std::string all_changed(const std::string& good, const OtherText& other);

/// The body with `canary` behind the words of each sentence in it alone: what stands without a blank may be a code. Of
/// the records of a list the first.
std::vector<Change> quotations(const std::string& body, const std::string& canary);

/// The next number, written as this one; of what is no number "kit-other".
std::string another_value(const std::string& text);

std::string in_small_letters(std::string text);

/// Of another credit, and written as this one is: "ho1-abc2" becomes "ho1-bcd3".
std::string another_name(std::string text);

/// Whether `was` holds what the connector says of it: {"minor":2500,"currency":"USD"} stands as 25.00, 2500 or -25.
bool holds(const std::string& was, const json::Value& said);

/// The same value with its members in reverse order and one more, unknown, in every object.
json::Value harmless_drift(const json::Value& good);

struct RetryAfter {
  std::string name;
  std::vector<std::string> values;  // header lines
  std::int64_t wait_ms = 0;         // what it truly asks for, 0 = nothing that can be obeyed
};
/// Seconds, dates, nonsense, hostile: relative to `now_ms`.
std::vector<RetryAfter> retry_afters(std::int64_t now_ms);

/// "Mon, 23 Nov 2026 10:00:07 GMT"
std::string http_date(std::int64_t unix_ms);

}  // namespace handoff::conformance

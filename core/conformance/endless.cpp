#include "core/conformance/endless.hpp"

#include <algorithm>

#include "core/conformance/match.hpp"
#include "core/conformance/mutate.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Answer;
using plugin_host::Asked;

constexpr std::string_view kDigits = "0123456789";
constexpr std::int64_t kVeryMany = 900'000'000;  // in the place of "150 in all": no page cap is reached before it

std::string without_number(const std::string& label) { return label.substr(0, label.find_last_not_of(kDigits) + 1); }

std::string request_of(const Asked& asked) {
  return asked.http.method + " " + asked.http.target + "\n" + asked.http.body;
}

/// Where a value in a target, a form or a JSON body begins and ends.
bool parts(char c) { return std::string_view(" \n&?=/\":,;{}[]<>").find(c) != std::string_view::npos; }

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (char c : text)
    if (parts(c))
      out.emplace_back();
    else
      out.back() += c;
  for (std::string& word : out) word = from_percent(word);
  std::erase(out, "");
  return out;
}

bool has_word(std::string_view text, const std::string& word) {
  return std::ranges::any_of(words_of(text), [&](const std::string& one) { return one == word; });
}

/// What is left of two texts without what they begin and end with alike; whole values.
std::pair<std::string, std::string> differing(std::string_view one, std::string_view other) {
  const std::size_t most = std::min(one.size(), other.size());
  std::size_t begin = 0, end = 0;
  while (begin < most && one[begin] == other[begin]) ++begin;
  while (begin > 0 && !parts(one[begin - 1])) --begin;
  while (end < most - begin && one[one.size() - 1 - end] == other[other.size() - 1 - end]) ++end;
  while (end > 0 && !parts(one[one.size() - end])) --end;
  return {std::string(one.substr(begin, one.size() - begin - end)),
          std::string(other.substr(begin, other.size() - begin - end))};
}

std::optional<std::int64_t> whole(std::string_view text) {
  if (text.empty() || text.find_first_not_of(kDigits) != std::string_view::npos) return std::nullopt;
  return json::Value(json::Number(std::string(text))).as_integer();
}

/// Another mark of the same shape for each `n`: "ag_71" becomes "ag_72", "abc" "abc1".
std::string moved_on(const std::string& mark, std::int64_t n, std::int64_t stride) {
  const std::size_t last = mark.find_last_of(kDigits);
  if (last == std::string::npos) return mark + std::to_string(n);
  const std::size_t begin = last == 0 ? 0 : mark.find_last_not_of(kDigits, last) + 1;  // npos + 1 is 0
  std::optional<std::int64_t> number = whole(mark.substr(begin, last + 1 - begin));
  if (!number || *number > kVeryMany) return mark + std::to_string(n);
  return mark.substr(0, begin) + std::to_string(*number + n * std::max<std::int64_t>(stride, 1)) +
         mark.substr(last + 1);
}

/// The answer with every value in it, of its body and its headers, by what `other` makes of it.
Answer with_values(Answer answer, const OtherText& other) {
  answer.http.body = all_changed(answer.http.body, other);
  for (auto& [name, value] : answer.http.headers)
    if (std::optional<std::string> changed = other(value)) value = *changed;
  return answer;
}

/// Whether the value says which page comes next: it stands in the next request, or that request's target in it.
bool names_next(const TwoPages& pages, const std::string& target, const std::string& value) {
  return (has_word(pages.there, value) && !has_word(pages.here, value)) ||
         (target.size() > 1 && value.size() > target.size() && value.find(target) != std::string::npos);
}

}  // namespace

std::optional<TwoPages> two_pages(const Run& run) {
  auto list = [&](std::size_t i) { return run.asked[i].kind == HANDOFF_CALL_HTTP && run.asked[i].safe; };
  for (std::size_t i = 0; i + 1 < run.answers.size(); ++i) {
    TwoPages out;
    out.label = without_number(run.asked[i].label);
    if (!list(i) || !list(i + 1) || without_number(run.asked[i + 1].label) != out.label) continue;
    out.first = i;
    std::tie(out.here, out.there) = differing(request_of(run.asked[i]), request_of(run.asked[i + 1]));
    const std::optional<std::int64_t> from = whole(out.here), to = whole(out.there);
    if (from && to && *to > *from) out.stride = *to - *from;
    return out;
  }
  return std::nullopt;
}

std::vector<Endless> endless_vendors(const TwoPages& pages, const Run& recorded) {
  const std::string target = recorded.asked[pages.first + 1].http.target;
  auto moving = [pages, target](bool in_all) {
    return [pages, target, in_all](const Answer& first, std::int64_t n) {
      return with_values(first, [&](const std::string& value) -> std::optional<std::string> {
        if (names_next(pages, target, value)) return moved_on(value, n, pages.stride);
        const std::optional<std::int64_t> number = whole(value);
        if (number && pages.stride > 0 && value == pages.here) return std::to_string(*number + n * pages.stride);
        if (in_all && number && *number >= pages.stride) return std::to_string(kVeryMany);
        return std::nullopt;
      });
    };
  };
  bool named = false;
  with_values(recorded.answers[pages.first], [&](const std::string& value) -> std::optional<std::string> {
    named = named || names_next(pages, target, value);
    return std::nullopt;
  });
  const std::string more = "the vendor always has one more page";
  if (pages.stride > 0) return {{more, false, moving(false)}, {more, false, moving(true)}};
  return {{more, named, moving(false)},
          {"the vendor names the same next page again and again", named,
           [](const Answer& first, std::int64_t) { return first; }}};
}

Script script_of(const Subject& subject, const TwoPages& pages, const Answer& first, const NextPage& next) {
  return [tape = script_of(subject), pages, first, next](const Asked& asked, std::size_t at) -> std::optional<Answer> {
    if (at < pages.first || without_number(asked.label) != pages.label) return tape(asked, at);
    return next(first, static_cast<std::int64_t>(at - pages.first));
  };
}

}  // namespace handoff::conformance

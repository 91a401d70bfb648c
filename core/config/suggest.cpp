#include "core/config/suggest.hpp"

namespace handoff::config {

namespace {

constexpr std::size_t kWordsMax = 40;
constexpr std::size_t kQuotedMax = 60;

}  // namespace

std::string suggestion(std::string_view written, const std::vector<std::string>& words) {
  std::string best = nearest(written, words);
  if (!best.empty()) return "did you mean " + quote(best) + "?";
  if (words.empty() || words.size() > kWordsMax) return "";
  return (words.size() == 1 ? "write " : "write one of ") + joined(words);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (char c : text.substr(0, kQuotedMax)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return out + (text.size() > kQuotedMax ? "...\"" : "\"");
}

}  // namespace handoff::config

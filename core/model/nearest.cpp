#include "core/model/nearest.hpp"

#include <algorithm>

namespace handoff {

namespace {
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> cost(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) {
    for (std::size_t j = 0; j <= to.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      bool same = lower(from[i - 1]) == lower(to[j - 1]);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (same ? 0 : 1)});
      bool swapped = i > 1 && j > 1 && lower(from[i - 1]) == lower(to[j - 2]) && lower(from[i - 2]) == lower(to[j - 1]);
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[from.size()][to.size()];
}

std::string nearest(std::string_view written, const std::vector<std::string>& words) {
  std::string best;
  std::size_t least = std::max<std::size_t>(1, written.size() / 3) + 1;
  if (written.size() > 64) return best;
  for (const std::string& word : words) {
    if (word == written) continue;  // it stands there, and is wrong for another reason
    std::size_t distance = edit_distance(written, word);
    bool begun = written.size() >= 4 && word.starts_with(written.substr(0, 4)) && distance <= 4;
    if ((distance < least || (begun && best.empty())) && distance < word.size()) {
      least = distance;
      best = word;
    }
  }
  return best;
}

std::string perhaps_meant(std::string_view written, const std::vector<std::string>& words) {
  std::string near = nearest(written, words);
  return near.empty() ? near : "; did you mean \"" + near + "\"?";
}

}  // namespace handoff

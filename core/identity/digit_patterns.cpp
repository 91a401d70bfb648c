#include "core/identity/digit_patterns.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/identity/text.hpp"

namespace handoff::identity {

namespace {

constexpr std::size_t kStatesMax = 30'000, kNodesMax = 200'000;
constexpr int kRepeatMax = 40;

/// A place in a pattern: a set of digits that leads on, or up to two ways that cost nothing.
struct Node {
  std::uint16_t digits = 0;  // a bit for each
  int to = -1, or_to = -1;
  int ends = -1;  // the pattern that is matched here
};

struct Part {
  int begin = 0, end = 0;  // `end` leads nowhere yet
};

/// One pattern, read from left to right into nodes (Thompson's construction).
class Reader {
 public:
  Reader(std::string_view pattern, std::vector<Node>& nodes) : rest_(pattern), nodes_(nodes) {}

  std::optional<Part> read() {
    std::optional<Part> whole = choice();
    return rest_.empty() ? whole : std::nullopt;
  }

 private:
  int node() {
    nodes_.emplace_back();
    return static_cast<int>(nodes_.size()) - 1;
  }
  Node& at(int no) { return nodes_[static_cast<std::size_t>(no)]; }
  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }

  std::optional<Part> choice() {
    std::optional<Part> left = sequence();
    while (left && take("|")) {
      std::optional<Part> right = sequence();
      if (!right) return std::nullopt;
      int begin = node(), end = node();
      at(begin).to = left->begin;
      at(begin).or_to = right->begin;
      at(left->end).to = at(right->end).to = end;
      left = Part{begin, end};
    }
    return left;
  }

  std::optional<Part> sequence() {
    int begin = node();
    Part out{begin, begin};
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      std::string_view from = rest_;
      std::optional<Part> one = atom();
      if (!one) return std::nullopt;
      std::string_view text = from.substr(0, from.size() - rest_.size());
      std::optional<Part> all = counted(*one, text);
      if (!all) return std::nullopt;
      at(out.end).to = all->begin;
      out.end = all->end;
    }
    return out;
  }

  std::optional<Part> atom() {
    if (take("(?:") || take("(")) {
      if (rest_.starts_with("?")) return std::nullopt;  // looks around: none of ours
      std::optional<Part> inside = choice();
      return inside && take(")") ? inside : std::nullopt;
    }
    std::uint16_t digits = 0;
    if (take("\\d"))
      digits = 0x3FF;
    else if (take("["))
      digits = class_of_digits();
    else if (digit(rest_.front()))
      digits = one_digit();
    if (digits == 0 || nodes_.size() > kNodesMax) return std::nullopt;
    int begin = node(), end = node();
    at(begin).digits = digits;
    at(begin).to = end;
    return Part{begin, end};
  }

  std::uint16_t one_digit() {
    int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return static_cast<std::uint16_t>(1 << value);
  }

  /// What stands before the closing bracket; 0 where it is no plain set of digits.
  std::uint16_t class_of_digits() {
    std::uint16_t out = 0;
    while (!rest_.empty() && digit(rest_.front())) {
      int from = rest_.front() - '0', to = from;
      rest_.remove_prefix(1);
      if (rest_.size() >= 2 && rest_[0] == '-' && digit(rest_[1])) {
        to = rest_[1] - '0';
        rest_.remove_prefix(2);
      }
      for (int value = from; value <= to; ++value) out |= static_cast<std::uint16_t>(1 << value);
    }
    return take("]") ? out : std::uint16_t{0};
  }

  std::optional<int> number() {
    int out = 0;
    bool any = false;
    for (; !rest_.empty() && digit(rest_.front()) && out <= kRepeatMax; rest_.remove_prefix(1), any = true)
      out = out * 10 + (rest_.front() - '0');
    return any && out <= kRepeatMax ? std::optional(out) : std::nullopt;
  }

  /// `one`, which was read from `text`, as often as what follows says.
  std::optional<Part> counted(Part one, std::string_view text) {
    int least = 1, most = 1;
    if (take("?")) {
      least = 0;
    } else if (take("{")) {
      std::optional<int> from = number(), to = from;
      if (take(",")) to = number();
      if (!from || !to || *to < *from || !take("}")) return std::nullopt;
      least = *from;
      most = *to;
    } else if (rest_.starts_with("*") || rest_.starts_with("+")) {
      return std::nullopt;
    }
    int begin = node(), end = node();
    Part out{begin, begin};
    for (int i = 0; i < most; ++i) {
      std::optional<Part> next = i == 0 ? std::optional(one) : Reader(text, nodes_).read();
      if (!next) return std::nullopt;
      if (i >= least) skip(out.end, end);
      at(out.end).to = next->begin;
      out.end = next->end;
    }
    at(out.end).to = end;
    return Part{begin, end};
  }

  /// From here the rest may be left out. The node has room for it: it leads to one place only.
  void skip(int from, int to) { at(from).or_to = to; }

  std::string_view rest_;
  std::vector<Node>& nodes_;
};

/// All nodes that can be reached from these without a digit.
std::set<int> spread(std::vector<int> from, const std::vector<Node>& nodes) {
  std::set<int> out;
  while (!from.empty()) {
    int no = from.back();
    from.pop_back();
    if (no < 0 || !out.insert(no).second) continue;
    const Node& node = nodes[static_cast<std::size_t>(no)];
    if (node.digits != 0) continue;
    from.push_back(node.to);
    from.push_back(node.or_to);
  }
  return out;
}

}  // namespace

std::optional<DigitPatterns> DigitPatterns::of(const std::vector<std::string>& patterns) {
  std::vector<Node> nodes;
  std::vector<int> begins;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (patterns[i].empty()) continue;  // matches nothing
    std::optional<Part> read = Reader(patterns[i], nodes).read();
    if (!read) return std::nullopt;
    nodes[static_cast<std::size_t>(read->end)].ends = static_cast<int>(i);
    begins.push_back(read->begin);
  }
  DigitPatterns out;
  std::map<std::set<int>, std::uint16_t> known = {{{}, 0}};
  std::vector<const std::set<int>*> states = {&known.begin()->first};
  auto state_of = [&](std::set<int> places) {
    auto [found, fresh] = known.try_emplace(std::move(places), static_cast<std::uint16_t>(states.size()));
    if (fresh) states.push_back(&found->first);
    return found->second;
  };
  out.first_ = state_of(spread(begins, nodes));
  out.next_.clear();
  out.ends_.clear();
  for (std::size_t state = 0; state < states.size(); ++state) {
    if (states.size() > kStatesMax) return std::nullopt;
    Mask ends = 0;
    std::array<std::vector<int>, 10> to;
    for (int no : *states[state]) {
      const Node& node = nodes[static_cast<std::size_t>(no)];
      if (node.ends >= 0) ends |= static_cast<Mask>(1 << node.ends);
      for (std::size_t value = 0; value < to.size(); ++value)
        if ((node.digits >> value & 1) != 0) to[value].push_back(node.to);
    }
    Row row{};
    for (std::size_t value = 0; value < to.size(); ++value)
      if (!to[value].empty()) row[value] = state_of(spread(std::move(to[value]), nodes));
    out.next_.push_back(row);
    out.ends_.push_back(ends);
  }
  return out;
}

DigitPatterns::Mask DigitPatterns::matching(std::string_view digits) const {
  std::uint16_t state = first_;
  for (char c : digits) state = next_[state][static_cast<std::size_t>(c - '0')];
  return ends_[state];
}

DigitPatterns::Mask DigitPatterns::beginning(std::string_view digits) const {
  std::uint16_t state = first_;
  Mask out = ends_[state];
  for (char c : digits) {
    if (state == 0) break;
    out |= ends_[state = next_[state][static_cast<std::size_t>(c - '0')]];
  }
  return out;
}

}  // namespace handoff::identity

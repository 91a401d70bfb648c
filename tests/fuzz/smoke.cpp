// Without libFuzzer: every seed and every regression once, then so many mutations of them, from one seed of chance.
//
//   fuzz_json [--mutations N] [--seed S] FILE_OR_FOLDER...
//
// When a property breaks, the bytes are left in ./NAME.broken, and giving that file to the program repeats it.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include "tests/fuzz/fuzz.hpp"

namespace {

constexpr std::size_t kBytesMax = 16 * 1024;

std::string current;      // the input under way, for the handler below
std::string broken_name;  // where it is left

/// Of the sanitizers' runtime, where there is one: they end the process without a signal.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

extern "C" void keep_the_input() {
  int file = open(broken_name.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file >= 0 && write(file, current.data(), current.size()) >= 0) {
    constexpr std::string_view kWords = "the input is left in ";
    [[maybe_unused]] auto a = write(2, kWords.data(), kWords.size());
    [[maybe_unused]] auto b = write(2, broken_name.data(), broken_name.size());
    [[maybe_unused]] auto c = write(2, "\n", 1);
  }
}

extern "C" void on_signal(int signal_number) {
  keep_the_input();
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

void run(std::string bytes) {
  current = std::move(bytes);
  handoff::fuzz::one_input(current);
}

class Mutator {
 public:
  Mutator(unsigned seed, const std::vector<std::string>& seeds) : random_(seed), seeds_(seeds) {}

  std::string next() {
    std::string out = any();
    for (std::size_t times = 1 + below(4); times > 0; --times) once(out);
    out.resize(std::min(out.size(), kBytesMax));
    return out;
  }

 private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  const std::string& any() { return seeds_[below(seeds_.size())]; }

  void once(std::string& out) {
    static constexpr std::array<std::string_view, 16> kWords = {
        "\r\n", "\n--\n", "\"",   "{}",  "[]",  "null",      "-9223372036854775808", "9223372036854775807", "0", "-",
        ".",    ":",      "\xff", "\\u", "1e9", "2026-02-29"};
    std::size_t at = below(out.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < out.size()) out[at] = static_cast<char>(below(256));
        return;
      case 1:
        out.erase(at, 1 + below(8));
        return;
      case 2:
        out.insert(at, kWords[below(kWords.size())]);
        return;
      case 3:
        out.insert(at, out.substr(below(out.size()), 1 + below(64)));
        return;
      case 4:
        if (at < out.size()) out[at] = static_cast<char>(out[at] ^ (1 << below(8)));
        return;
      default: {  // the beginning of one, the end of another
        const std::string& other = any();
        out = out.substr(0, at) + other.substr(below(other.size()));
      }
    }
  }

  std::mt19937 random_;
  const std::vector<std::string>& seeds_;
};

std::vector<std::filesystem::path> files_in(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> out;
  if (std::filesystem::is_regular_file(path)) out.push_back(path);
  if (std::filesystem::is_directory(path))
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
      if (entry.is_regular_file()) out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

unsigned number(std::string_view text) {
  unsigned out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  broken_name = std::filesystem::path(argv[0]).filename().string() + ".broken";
  std::signal(SIGABRT, on_signal);
  if (__sanitizer_set_death_callback != nullptr)
    __sanitizer_set_death_callback(keep_the_input);
  else
    for (int which : {SIGSEGV, SIGFPE, SIGILL, SIGBUS}) std::signal(which, on_signal);
  unsigned mutations = 0, seed = 1;
  std::vector<std::string> seeds;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--mutations" && i + 1 < argc) {
      mutations = number(argv[++i]);
    } else if (word == "--seed" && i + 1 < argc) {
      seed = number(argv[++i]);
    } else {
      for (const std::filesystem::path& file : files_in(word)) {
        std::ifstream in(file, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        run(seeds.back());
      }
    }
  }
  if (seeds.empty()) {
    std::cerr << argv[0] << ": no seed was found\n";
    return 1;
  }
  Mutator mutator(seed, seeds);
  for (unsigned i = 0; i < mutations; ++i) run(mutator.next());
  std::cout << seeds.size() << " files and " << mutations << " mutations from seed " << seed << ": all hold\n";
  return 0;
}

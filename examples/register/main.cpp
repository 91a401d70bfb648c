// register: a small register in a terminal, over the hub's register API.

#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>

#include "till.hpp"

namespace {

constexpr std::string_view kUsage =
    "usage: register --store ID --token-file FILE [--hub URL] [--ca FILE] [--terminal ID] [--staff ID] [--currency CODE]\n"
    "                [--date YYYY-MM-DD] [--memory FILE] [--deadline MS] [--wire]\n"
    "\n"
    "  --token-file  a token of role register: handoff token create --role register --store ID\n"
    "  --hub         http://127.0.0.1:8481 unless given\n"
    "  --ca          the certificate to trust, for https\n"
    "  --date        the date of business; today unless given\n"
    "  --memory      what this register has sent and still has to send; register-TERMINAL.jsonl unless given\n"
    "  --deadline    how long the customer waits; 5000 unless given\n"
    "  --wire        show what goes over the line\n";

std::string today() {
  char out[16];
  std::time_t now = std::time(nullptr);
  std::strftime(out, sizeof out, "%Y-%m-%d", std::localtime(&now));
  return out;
}

struct Arguments {
  till::Settings settings;
  std::string memory, token_file;
};

bool read_option(const std::string& name, const std::string& value, Arguments& out) {
  if (name == "--hub")
    out.settings.hub = value;
  else if (name == "--ca")
    out.settings.ca = value;
  else if (name == "--store")
    out.settings.store = value;
  else if (name == "--terminal")
    out.settings.terminal = value;
  else if (name == "--staff")
    out.settings.staff = value;
  else if (name == "--currency")
    out.settings.currency = value;
  else if (name == "--date")
    out.settings.date = value;
  else if (name == "--memory")
    out.memory = value;
  else if (name == "--token-file")
    out.token_file = value;
  else if (name == "--deadline")
    out.settings.deadline = std::chrono::milliseconds(std::atoi(value.c_str()));
  else
    return false;
  return true;
}

bool read_arguments(int argc, char** argv, Arguments& out) {
  out.settings.date = today();
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--wire") {
      out.settings.wire = true;
      continue;
    }
    if (i + 1 >= argc || !read_option(argv[i], argv[i + 1], out)) return false;
    ++i;
  }
  if (out.memory.empty()) out.memory = "register-" + out.settings.terminal + ".jsonl";
  return !out.settings.store.empty() && !out.token_file.empty() && out.settings.deadline.count() > 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::cerr << kUsage;
    return 2;
  }
  std::ifstream token(arguments.token_file);
  if (!std::getline(token, arguments.settings.token)) {
    std::cerr << "register: " << arguments.token_file << ": no token can be read from it\n";
    return 3;
  }
  try {
    till::Memory memory(arguments.memory);
    till::Screen screen(std::cin, std::cout, isatty(STDIN_FILENO) != 0);
    till::Till(arguments.settings, memory, screen).run();
  } catch (const std::exception& error) {
    std::cerr << "register: " << error.what() << "\n";
    return 3;
  }
  return 0;
}

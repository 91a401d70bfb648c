// make_exports [--seed N] [--credits N] [--stores N] DIR: a retailer's month with planted failures, and the truth.

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "examples/exports/month.hpp"

int main(int argc, char** argv) {
  exports::Options options;
  std::string folder;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "--seed" && i + 1 < argc)
      options.seed = std::strtoull(argv[++i], nullptr, 10);
    else if (word == "--credits" && i + 1 < argc)
      options.credits = std::strtoll(argv[++i], nullptr, 10);
    else if (word == "--stores" && i + 1 < argc)
      options.stores = std::atoi(argv[++i]);
    else if (folder.empty() && !word.starts_with("-"))
      folder = word;
    else
      folder.clear(), i = argc;
  }
  if (folder.empty() || options.credits < 1 || options.stores < 1) {
    std::cerr << "usage: make_exports [--seed N] [--credits N] [--stores N] DIR\n";
    return 2;
  }
  std::filesystem::create_directories(folder);
  exports::Month month = exports::write_month(options, folder);
  std::cout << month.credits << " credits, " << month.truth.size() << " of them planted with a failure, in " << folder
            << "\n";
  return 0;
}

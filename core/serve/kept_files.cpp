#include "core/serve/kept_files.hpp"

#include <algorithm>
#include <filesystem>

#include "core/model/read_file.hpp"

namespace handoff::serve {

json::Value read_json(const std::string& path) {
  std::expected<std::string, Unread> text = read_file(path);
  json::Parsed parsed = json::parse(text ? *text : std::string());
  return parsed ? *parsed : json::Value();
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;  // of the step, too: ++ throws
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    out.push_back(at->path().filename().string());
  std::ranges::sort(out);
  return out;
}

}  // namespace handoff::serve

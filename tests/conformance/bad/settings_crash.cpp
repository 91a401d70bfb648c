// Its schema takes any text for the size of a page; making an instance ends the process on most of them.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
 public:
  explicit Bad(const json::Value& settings) : Acme(settings) { page_size_ = size_of(settings.at("page_size")); }

 private:
  static std::int64_t size_of(const json::Value& text) noexcept { return std::stoll(std::string(text.as_string())); }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)

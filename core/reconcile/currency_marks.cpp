#include "core/reconcile/currency_marks.hpp"

#include <algorithm>
#include <handoff/sdk/text.hpp>

namespace handoff::reconcile {

namespace {

/// One mark may be that of many currencies: a row's own column says which is meant, and only contradicts a mark of others.
struct Mark {
  std::string_view text, currencies;
};

/// Whatever begins like another stands before it.
// clang-format off
constexpr Mark kMarks[] = {
    {"US$", "USD"}, {"$US", "USD"}, {"CA$", "CAD"}, {"$CA", "CAD"}, {"CAN$", "CAD"}, {"C$", "CAD NIO"},
    {"AU$", "AUD"}, {"$AU", "AUD"}, {"A$", "AUD"}, {"NZ$", "NZD"}, {"$NZ", "NZD"}, {"HK$", "HKD"}, {"SG$", "SGD"},
    {"S$", "SGD"}, {"NT$", "TWD"}, {"MX$", "MXN"}, {"MEX$", "MXN"}, {"R$", "BRL"}, {"AR$", "ARS"}, {"CL$", "CLP"},
    {"CO$", "COP"}, {"COL$", "COP"}, {"RD$", "DOP"}, {"J$", "JMD"}, {"TT$", "TTD"}, {"BZ$", "BZD"}, {"B$", "BND BSD"},
    {"BDS$", "BBD"}, {"EC$", "XCD"}, {"FJ$", "FJD"}, {"N$", "NAD"}, {"$U", "UYU"}, {"UY$", "UYU"},
    {"$", "USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP DOP JMD TTD BZD BND BSD BBD XCD FJD NAD UYU LRD GYD SRD SBD KYD BMD CUP"},
    {"\u20ac", "EUR"}, {"EURO", "EUR"}, {"\u00a3", "GBP EGP FKP GIP SHP LBP SYP SSP SDG"}, {"E\u00a3", "EGP"},
    {"\u00a5", "JPY CNY"}, {"\uffe5", "JPY CNY"}, {"CN\u00a5", "CNY"}, {"JP\u00a5", "JPY"}, {"RMB", "CNY"},
    {"\u5143", "CNY"}, {"\u5186", "JPY"}, {"YEN", "JPY"}, {"\u20a9", "KRW"}, {"\uc6d0", "KRW"}, {"\u20b9", "INR"},
    {"RS.", "INR PKR LKR NPR MUR"}, {"RS", "INR PKR LKR NPR MUR"}, {"\u20a8", "INR PKR LKR NPR MUR"}, {"\u20bd", "RUB"},
    {"\u0420\u0423\u0411.", "RUB"}, {"\u0420\u0423\u0411", "RUB"}, {"\u0440\u0443\u0431.", "RUB"}, {"\u0440\u0443\u0431", "RUB"},
    {"\u20b4", "UAH"}, {"\u0433\u0440\u043d.", "UAH"}, {"\u0433\u0440\u043d", "UAH"}, {"\u20ba", "TRY"}, {"TL", "TRY"},
    {"\u20aa", "ILS"}, {"\u20ab", "VND"}, {"\u0111", "VND"}, {"\u0e3f", "THB"}, {"\u20b1", "PHP"}, {"\u20a6", "NGN"},
    {"\u20b8", "KZT"}, {"\u20be", "GEL"}, {"\u20bc", "AZN"}, {"\u20b5", "GHS"}, {"GH\u20b5", "GHS"}, {"\u20a1", "CRC"},
    {"\u20b2", "PYG"}, {"\u20ae", "MNT"}, {"\u17db", "KHR"}, {"\u20ad", "LAK"}, {"\u058f", "AMD"},
    {"\ufdfc", "SAR IRR OMR QAR YER"}, {"KR.", "DKK SEK NOK ISK"}, {"KR", "DKK SEK NOK ISK"}, {"K\u010d", "CZK"},
    {"K\u010c", "CZK"}, {"KC", "CZK"}, {"Z\u0142", "PLN"}, {"Z\u0141", "PLN"}, {"ZL", "PLN"}, {"FT.", "HUF"}, {"FT", "HUF"},
    {"LEI", "RON MDL"}, {"\u043b\u0432.", "BGN"}, {"\u043b\u0432", "BGN"}, {"KN", "HRK"}, {"SFR.", "CHF"}, {"SFR", "CHF"},
    {"FR.", "CHF"}, {"FR", "CHF"}, {"RM", "MYR"}, {"RP.", "IDR"}, {"RP", "IDR"}, {"S/.", "PEN"}, {"S/", "PEN"},
    {"BS.", "BOB VES"}, {"BS", "BOB VES"}, {"B/.", "PAB"}, {"Q", "GTQ"}, {"R", "ZAR"}, {"DHS.", "AED MAD"}, {"DHS", "AED MAD"},
    {"DH", "AED MAD"}, {"\u062f.\u0625", "AED"}, {"SR", "SAR"}, {"QR", "QAR"}, {"K.D.", "KWD"}, {"KD", "KWD"},
    {"\u062f.\u0643", "KWD"}, {"BD", "BHD"}, {"JD", "JOD"}, {"KSH", "KES"}, {"TSH", "TZS"}, {"USH", "UGX"},
    {"FCFA", "XOF XAF"}, {"CFA", "XOF XAF"},
};
// clang-format on

bool begins(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && equal_ignoring_case(text.substr(0, with.size()), with);
}

bool says_nothing(char c) {
  return c == ' ' || c == '\t' || c == '"' || c == '\'' || c == '=';
}  // ="25.00" keeps a text in a sheet

}  // namespace

bool only_names(std::string_view marks, std::string_view currency) {
  while (!marks.empty()) {
    if (says_nothing(marks.front())) {
      marks.remove_prefix(1);
      continue;
    }
    auto mark = std::ranges::find_if(kMarks, [&](const Mark& one) {
      return begins(marks, one.text) && one.currencies.find(currency) != std::string_view::npos;
    });
    std::string_view found = mark != std::end(kMarks)  ? mark->text
                             : begins(marks, currency) ? currency
                                                       : std::string_view();
    if (found.empty()) return false;
    marks.remove_prefix(found.size());
  }
  return true;
}

}  // namespace handoff::reconcile

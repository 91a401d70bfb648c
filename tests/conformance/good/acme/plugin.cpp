#include "acme.hpp"

ACME_CONNECTOR(acme::Acme)

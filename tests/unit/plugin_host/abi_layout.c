/* The numbers as a C compiler sees them; ctest also has it compiled for 32 bits, where only they are looked at. */
#include "abi_layout.h"

#include <expat.h>

/* The line that the parser is at, from 1 on. Newer versions say that another function is better, which older ones lack. */
static inline unsigned long long cexpat_line(XML_Parser parser) {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
  return XML_GetCurrentLineNumber(parser);
#pragma clang diagnostic pop
}

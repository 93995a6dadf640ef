/* Character references of HTML: &eacute; &#233; &#xE9;. Private to article/ and to what shows
 * articles. Threads: any. */
#ifndef COPYDESK_ARTICLE_HTML_REFERENCE_H
#define COPYDESK_ARTICLE_HTML_REFERENCE_H

#include <stdint.h>

#include "base/slice.h"

/* text begins with &. Returns the reference's bytes with its semicolon, or 0 where none begins
 * there: without a semicolon, of no such name or number, text such as "AT&T" stays what it is. */
size_t html_reference(struct slice text, uint32_t *ret_code_point);

#endif

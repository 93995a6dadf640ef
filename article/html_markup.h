/* What is markup and what is text with a "<" in it. Newsroom bodies are HTML, NITF or plain text,
 * and nothing says which, so that only what looks like markup is taken for it:
 *   - a comment, a declaration, a processing instruction, a CDATA mark;
 *   - a tag whose name HTML or NITF knows (names of one letter: only bare or with an attribute that
 *     has a value, since "if a <b and c> d" is mathematics);
 *   - any other tag that is bare or has an attribute with a value;
 *   - script and style with all that is in them.
 * "a < b", "<3" and "<john@example.com>" are text. What is not closed is text. Work is linear in
 * the value, whatever is in it. Private to article/ and to what shows articles. Threads: any. */
#ifndef COPYDESK_ARTICLE_HTML_MARKUP_H
#define COPYDESK_ARTICLE_HTML_MARKUP_H

#include <stdbool.h>

#include "base/slice.h"

enum { HTML_MAX_TAG = 1 << 16 /* bytes */ };

/* What is known not to come any more in this value; zeroed before its first byte. */
struct html_memory {
    bool no_comment_end;
    bool no_script_end;
    bool no_style_end;
};

/* text begins with < and goes to the end of the value. Returns the bytes of the markup, or 0 where
 * it is text. ret_block: it parts paragraphs (p, br, div, li ...). */
size_t html_markup(struct slice text, struct html_memory *memory, bool *ret_block);

#endif

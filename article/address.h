/* URLs and e-mail addresses in running text. ASCII only: a URL that goes on in another script is
 * cut there, since Chinese and Japanese set text behind a URL without a space.
 * Private to article/. Threads: any. */
#ifndef COPYDESK_ARTICLE_ADDRESS_H
#define COPYDESK_ARTICLE_ADDRESS_H

#include "base/slice.h"

/* The bytes of the URL (http, https, ftp, or www. without a scheme) that text begins with, without
 * the punctuation that closes the sentence around it; 0 where text begins with none. */
size_t address_url(struct slice text);

/* text[at] is an @. Returns where the e-mail address around it ends, and where it starts; 0 where
 * it stands in none. */
size_t address_email(struct slice text, size_t at, size_t *ret_start);

#endif

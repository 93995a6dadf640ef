/* The parts of a news item that copydesk knows, whatever the newsroom's JSON calls them. The
 * input's paths say where each is found. Part of the plugin ABI: entries are only appended. */
#ifndef COPYDESK_ARTICLE_ROLE_H
#define COPYDESK_ARTICLE_ROLE_H

enum article_role {
    ROLE_SOURCE,
    ROLE_ID,
    ROLE_VERSION,
    ROLE_VERSIONCREATED,
    ROLE_HEADLINE,
    ROLE_BODY,
    ROLE_LANGUAGE,    /* as the producer declared it */
    ROLE_STATUS,      /* ninjs pubstatus */
    ROLE_SIGNAL,      /* ninjs signal: where a correction is marked */
    ROLE_EDNOTE,      /* the note to editors: where a correction is often only told */
    ROLE_EVOLVEDFROM, /* the item that this one replaces */
    ROLE_ALTIDS,      /* further ids of the item: a text, or JSON text of several */
    ROLE_EMBARGOED,   /* when it may be published */
    ROLE_COUNT
};

enum article_kind {
    KIND_ARTICLE,
    KIND_KILL,      /* status canceled or cancelled */
    KIND_TAKEDOWN,  /* an id and no content */
    KIND_TOMBSTONE, /* a NULL value in Kafka: passed through untouched */
};

#endif

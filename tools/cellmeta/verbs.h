// The verbs of cellmeta. Each takes the arguments behind its name and returns the exit status.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

int verb_interface(int count, char **arguments);
int verb_derive(int count, char **arguments);
int verb_seal(int count, char **arguments);
int verb_print(int count, char **arguments);
int verb_verify(int count, char **arguments);

#ifdef __cplusplus
}
#endif

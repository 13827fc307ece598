/* SPDX-License-Identifier: MIT */
/*
 * Text made from a format, with the kernel's conversions, without the C library's stdio: no lock,
 * no memory but the caller's, no locale. Whatever prints does it by this: the console,
 * seq_printf(), and the parts of a binary record that have to be text when it is written.
 *
 *   flags - + space # 0, width and precision as numbers or '*', h hh l ll L q z t j
 *   d i u o x X c s % p, and e E f F g G a A of a double, exact to the last digit
 *   %n takes its pointer and writes nothing
 *   %m                  errno by its name
 *
 *   %p %px %pK          an address; NULL is (null) for none of them: zeros, as the kernel's %px
 *   %ps %pS %pB %pF     the same: names are found by who reads
 *   %pM %pMR %pMF %pm   a MAC address
 *   %pI4 %pi4 [hnbl]    an IPv4 address
 *   %pI6 %pI6c %pi6     an IPv6 address
 *   %pU[bBlL]           a UUID
 *   %*ph[CDN]           a buffer as hex, at most 64 bytes
 *   %*pE                a buffer, escaped
 *   %pV                 a struct va_format
 *   %pe                 an ERR_PTR by its name
 *   %pd %pD             the name of a struct dentry, of a struct file's dentry
 */
#ifndef ORL_RUNTIME_TEXT_H
#define ORL_RUNTIME_TEXT_H

#include <stdarg.h>
#include <stddef.h>

/**
 * orl_vsnprintf() - print into a buffer
 * @buf: receives at most @size bytes, with a NUL unless @size is 0; may be NULL then
 *
 * Any context, async-signal-safe; leaves errno alone. A pointer that is NULL or an error
 * (ERR_PTR) where text or data is wanted prints as "(null)" or "(efault)".
 * Return: bytes that the whole text has, without its NUL.
 */
int orl_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
/** orl_snprintf() - orl_vsnprintf() with its arguments given one by one */
int orl_snprintf(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif

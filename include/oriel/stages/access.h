/* SPDX-License-Identifier: MIT */
/*
 * No include guard. Reaching the dynamic data of the record that __entry points to.
 */
#define __get_dynamic_array(field) \
	((void *)((char *)__entry + (__entry->__data_loc_##field & 0xffff)))
#define __get_dynamic_array_len(field) ((__entry->__data_loc_##field >> 16) & 0xffff)
#define __get_str(field) ((char *)__get_dynamic_array(field))
#define __get_rel_dynamic_array(field) \
	((void *)((char *)__entry + __builtin_offsetof(__typeof__(*__entry), __rel_loc_##field) + \
		  sizeof(__entry->__rel_loc_##field) + (__entry->__rel_loc_##field & 0xffff)))
#define __get_rel_dynamic_array_len(field) ((__entry->__rel_loc_##field >> 16) & 0xffff)
#define __get_rel_str(field) ((char *)__get_rel_dynamic_array(field))
#define __get_sockaddr(field) ((struct sockaddr *)__get_dynamic_array(field))
#define __get_rel_sockaddr(field) ((struct sockaddr *)__get_rel_dynamic_array(field))
